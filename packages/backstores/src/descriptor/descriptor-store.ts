import { close } from 'node:fs'
import { promisify } from 'node:util'
import type { DirectFile } from '../fileio/direct-opening.ts'
import type { ServedSize } from '../fileio/served-size.ts'
import type { FaultClearing, FlushFailure } from '../store/flush-failure.ts'
import type { Store } from '../store/store.ts'
import type { StoreFault } from '../store/store-fault.ts'
import type { StoreFeatures } from '../store/store-features.ts'
import type { StoreListener } from '../store/store-listeners.ts'
import type { StoreRequest } from '../store/store-request.ts'
import type { Descriptor } from './descriptor.ts'
import type { DescriptorCounters } from './descriptor-counters.ts'

const closeFd = promisify(close)

/** What a store has opened. */
export interface Opened {
  readonly fd: number
  /** See openWitness. */
  readonly witnessFd: number | undefined
  readonly direct?: DirectFile | undefined
}

/** A store on a descriptor, in all that does not depend on what the descriptor leads to. */
export abstract class DescriptorStore implements Store {
  abstract readonly plugin: string
  abstract readonly productName: string
  abstract readonly rotational: boolean
  abstract readonly features: StoreFeatures
  readonly name: string
  /** What it has opened. */
  readonly path: string
  protected abstract readonly descriptor: Descriptor
  protected abstract readonly served: ServedSize
  protected abstract readonly opened: Opened

  constructor({ name, path }: { readonly name: string; readonly path: string }) {
    this.name = name
    this.path = path
  }

  get sizeBytes(): number {
    return this.descriptor.sizeBytes
  }

  get available(): boolean {
    return this.descriptor.health.isAvailable
  }

  get gone(): boolean {
    return this.descriptor.health.isGone
  }

  get counters(): DescriptorCounters {
    return this.descriptor.counters
  }

  listen(listener: StoreListener): () => void {
    return this.descriptor.listeners.add(listener)
  }

  submit(request: StoreRequest): boolean {
    return this.descriptor.submit(request)
  }

  /** Looks how long the medium is. */
  checkSize(): Promise<void> {
    return this.served.check()
  }

  abstract resize(sizeBytes: number | undefined): Promise<StoreFault | undefined>

  get flushFailure(): FlushFailure | undefined {
    return this.descriptor.health.flushing.failure
  }

  clearFault(): FaultClearing {
    return this.descriptor.health.clearFault()
  }

  close(): Promise<StoreFault | undefined> {
    const stopped = this.served.stop()
    return this.descriptor.close(() => stopped.then(() => this.#close()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const fault = await this.close()
    if (fault) throw new Error(`${this.path} was closed, but its last flush ended with ${fault}; check what it holds`)
  }

  /** Lets go of what else it has of what it opened. */
  protected unlock(): void {}

  async #close(): Promise<void> {
    const { fd, witnessFd, direct } = this.opened
    this.unlock()
    // A descriptor that leads elsewhere belongs to somebody else.
    const { hasFile } = this.descriptor.health.outage
    if (hasFile) await closeFd(fd)
    if (hasFile && direct !== undefined) await closeFd(direct.fd)
    if (witnessFd !== undefined) await closeFd(witnessFd)
  }
}
