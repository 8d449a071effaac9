import { Layer, type Store, type StoreFeatures, type StoreRequest } from '@lunkit/backstores'

/** A fault that a store answered with. */
export interface FaultNote {
  readonly operation: string
  readonly from: number
  readonly end: number
}

/** Notes every fault, and says that completed writes may be volatile, so that flushes come this far. */
export class FaultWatch extends Layer {
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
