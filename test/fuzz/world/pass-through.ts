import type { Store, StoreEvent, StoreFault, StoreFeatures, StoreRequest } from '@lunkit/backstores'

/** A store before another one that passes everything on; subclasses watch, or lie. */
export class PassThrough implements Store {
  protected readonly behind: Store

  constructor(behind: Store) {
    this.behind = behind
  }

  get plugin(): string {
    return this.behind.plugin
  }

  get name(): string {
    return this.behind.name
  }

  get sizeBytes(): number {
    return this.behind.sizeBytes
  }

  get features(): StoreFeatures {
    return this.behind.features
  }

  get available(): boolean {
    return this.behind.available
  }

  submit(request: StoreRequest): boolean {
    return this.behind.submit(request)
  }

  listen(listener: (event: StoreEvent) => void): void {
    this.behind.listen(listener)
  }

  close(): Promise<StoreFault | undefined> {
    return this.behind.close()
  }
}

/** A fault that a store answered with. */
export interface FaultNote {
  readonly operation: string
  readonly from: number
  readonly end: number
}

/** Notes every fault, and says that completed writes may be volatile, so that flushes come this far. */
export class FaultWatch extends PassThrough {
  readonly faults: FaultNote[] = []
  readonly #features: StoreFeatures

  constructor(behind: Store) {
    super(behind)
    this.#features = { ...behind.features, writeBack: true }
  }

  override get features(): StoreFeatures {
    return this.#features
  }

  override submit(request: StoreRequest): boolean {
    const ended = this.behind.submit(request)
    if (ended && request.fault !== undefined) {
      const { operation, offset, lengthBytes } = request
      this.faults.push({ operation, from: offset, end: offset + lengthBytes })
    }
    return ended
  }
}
