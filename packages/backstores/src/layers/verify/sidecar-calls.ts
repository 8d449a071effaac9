import type { Slab, Slot } from '@lunkit/wire'
import type { Store } from '../../store/store.ts'
import { StoreEngine } from '../../store/store-engine.ts'
import type { StoreFault } from '../../store/store-fault.ts'
import { StoreOperation } from '../../store/store-operation.ts'
import { StoreRequest, type StoreRequestOwner } from '../../store/store-request.ts'

/** What a sidecar is read and written in. */
export const PAGE_BYTES = 4096
/** Pages that are read or written at a time. Their memory is held all the while: who waits for it holds memory that others wait for. */
const SLOTS = 8

/** An operation of a store that somebody awaits. */
export class StoreCall implements StoreRequestOwner {
  readonly request = new StoreRequest(this)
  readonly #ended = Promise.withResolvers<void>()

  /** Resolves when it has ended. */
  async submit(store: Store): Promise<StoreFault | undefined> {
    this.request.engine = StoreEngine.inline
    if (!store.submit(this.request)) await this.#ended.promise
    return this.request.fault
  }

  completed(): void {
    this.#ended.resolve()
  }
}

/** Reads and writes pages of a sidecar, whose memory is not theirs. */
export class SidecarCalls {
  readonly store: Store
  readonly #slots: Slot[] = []
  readonly #free: Slot[] = []
  readonly #waiting: ((slot: Slot) => void)[] = []

  /** @throws {RangeError} where the slab has no room. */
  constructor(store: Store, slab: Slab) {
    this.store = store
    for (let at = 0; at < SLOTS; at++) {
      const slot = slab.take(PAGE_BYTES)
      if (slot === undefined) throw new RangeError('no memory is left to check what is read')
      this.#slots.push(slot)
      this.#free.push(slot)
    }
  }

  /** Fills `into`, a page at the most, from `offset` on. */
  read(offset: number, into: Uint8Array): Promise<StoreFault | undefined> {
    return this.#withSlot(async slot => {
      const fault = await this.#run({ operation: StoreOperation.read, offset, lengthBytes: into.length, slot })
      if (fault === undefined) into.set(slot.bytes.subarray(0, into.length))
      return fault
    })
  }

  /** Writes what `page` has when its turn has come, which `taken` hears. */
  write(offset: number, page: Uint8Array, taken: () => void = () => {}): Promise<StoreFault | undefined> {
    return this.#withSlot(slot => {
      slot.bytes.set(page)
      taken()
      return this.#run({ operation: StoreOperation.write, offset, lengthBytes: page.length, slot })
    })
  }

  /** What lies there reads as zeroes. */
  zero(offset: number, lengthBytes: number): Promise<StoreFault | undefined> {
    return this.#run({ operation: StoreOperation.zero, offset, lengthBytes })
  }

  flush(): Promise<StoreFault | undefined> {
    return this.#run({ operation: StoreOperation.flush })
  }

  async close(): Promise<StoreFault | undefined> {
    const fault = await this.store.close()
    for (const slot of this.#slots.splice(0)) slot.release()
    return fault
  }

  #run(fields: Partial<StoreRequest>): Promise<StoreFault | undefined> {
    const call = new StoreCall()
    Object.assign(call.request, fields)
    return call.submit(this.store)
  }

  async #withSlot<T>(use: (slot: Slot) => Promise<T>): Promise<T> {
    const slot = this.#free.pop() ?? (await new Promise<Slot>(give => this.#waiting.push(give)))
    try {
      return await use(slot)
    } finally {
      const next = this.#waiting.shift()
      if (next === undefined) this.#free.push(slot)
      else next(slot)
    }
  }
}
