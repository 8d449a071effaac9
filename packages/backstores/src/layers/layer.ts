import { checkArgument } from '@lunkit/wire'
import type { FaultClearing, FlushFailure } from '../store/flush-failure.ts'
import type { ScsiDevice } from '../store/scsi-device.ts'
import type { Store } from '../store/store.ts'
import type { StoreFault } from '../store/store-fault.ts'
import type { StoreFeatures } from '../store/store-features.ts'
import type { StoreGeometry } from '../store/store-geometry.ts'
import type { StoreListener } from '../store/store-listeners.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { LISTENER, STORE } from '../store-domain.ts'

/** A store that stands before another one: everything is passed on as it is, until a subclass says otherwise. */
export abstract class Layer implements Store {
  /** The store behind. */
  protected readonly behind: Store

  /** @throws {TypeError} for what is no store. */
  constructor(behind: Store) {
    checkArgument('behind', behind, STORE)
    this.behind = behind
  }

  get plugin(): string {
    return this.behind.plugin
  }

  get name(): string {
    return this.behind.name
  }

  get productName(): string {
    return this.behind.productName
  }

  get rotational(): boolean {
    return this.behind.rotational
  }

  get sizeBytes(): number {
    return this.behind.sizeBytes
  }

  get features(): StoreFeatures {
    return this.behind.features
  }

  get geometry(): StoreGeometry | undefined {
    return this.behind.geometry
  }

  /** Commands reach it past every layer: those stand before operations. */
  get device(): ScsiDevice | undefined {
    return this.behind.device
  }

  get available(): boolean {
    return this.behind.available
  }

  get gone(): boolean | undefined {
    return this.behind.gone
  }

  abstract submit(request: StoreRequest): boolean

  hurry(request: StoreRequest): void {
    this.behind.hurry?.(request)
  }

  listen(listener: StoreListener): () => void {
    checkArgument('listen: listener', listener, LISTENER)
    return this.behind.listen(listener)
  }

  checkSize(): Promise<void> {
    return this.behind.checkSize()
  }

  get flushFailure(): FlushFailure | undefined {
    return this.behind.flushFailure
  }

  clearFault(): FaultClearing {
    return this.behind.clearFault()
  }

  resize(sizeBytes: number | undefined): Promise<StoreFault | undefined> {
    return this.behind.resize(sizeBytes)
  }

  close(): Promise<StoreFault | undefined> {
    return this.behind.close()
  }
}
