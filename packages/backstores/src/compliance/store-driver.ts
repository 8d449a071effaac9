import type { Slab, Slot } from '@lunkit/wire'
import type { Store } from '../store/store.ts'
import type { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { StoreRequest, type StoreRequestOwner } from '../store/store-request.ts'

/** What a request is made of, where it differs from a fresh one. */
export type RequestFields = Partial<
  Pick<StoreRequest, 'operation' | 'offset' | 'lengthBytes' | 'slot' | 'slotOffset' | 'fua' | 'maxExtents'>
>

/** Drives one store in a test: each operation as a promise, with what the contract says about completion checked. */
export class StoreDriver implements StoreRequestOwner {
  readonly store: Store
  readonly slab: Slab
  readonly #waiting = new Map<StoreRequest, (fault: StoreFault | undefined) => void>()
  #submitting = false

  constructor(store: Store, slab: Slab) {
    this.store = store
    this.slab = slab
  }

  /** Requests that have not ended. */
  get pending(): number {
    return this.#waiting.size
  }

  completed(request: StoreRequest): void {
    if (this.#submitting)
      throw new Error(`${request.operation} completed from within submit; it must return true instead`)
    const resolve = this.#waiting.get(request)
    if (!resolve) throw new Error(`${request.operation} completed twice, or after submit had returned true`)
    this.#waiting.delete(request)
    resolve(request.fault)
  }

  /** Runs a request to its end; gives its fault. */
  run(request: StoreRequest): Promise<StoreFault | undefined> {
    return new Promise(resolve => {
      this.#waiting.set(request, resolve)
      this.#submitting = true
      const ended = this.store.submit(request)
      this.#submitting = false
      if (!ended) return
      this.#waiting.delete(request)
      resolve(request.fault)
    })
  }

  /** Runs a fresh request. */
  perform(fields: RequestFields): Promise<StoreFault | undefined> {
    return this.run(Object.assign(new StoreRequest(this), fields))
  }

  /** Writes `bytes`, from somewhere within a slot. */
  async write(
    offset: number,
    bytes: Uint8Array,
    { fua = false, slotOffset = 0 } = {},
  ): Promise<StoreFault | undefined> {
    const slot = this.take(slotOffset + bytes.length)
    slot.bytes.set(bytes, slotOffset)
    const { write } = StoreOperation
    const fault = await this.perform({ operation: write, offset, lengthBytes: bytes.length, slot, slotOffset, fua })
    slot.release()
    return fault
  }

  /** Reads bytes; throws on a fault. */
  async read(offset: number, lengthBytes: number, { fua = false, slotOffset = 0 } = {}): Promise<Buffer> {
    const slot = this.take(slotOffset + lengthBytes)
    const fault = await this.perform({ operation: StoreOperation.read, offset, lengthBytes, slot, slotOffset, fua })
    const bytes = Buffer.from(slot.bytes.subarray(slotOffset, slotOffset + lengthBytes))
    slot.release()
    if (fault) throw new Error(`reading ${lengthBytes} bytes at ${offset} ended with ${fault}`)
    return bytes
  }

  /** A slot, which is there: tests hold few. */
  take(lengthBytes: number): Slot {
    const slot = this.slab.take(lengthBytes)
    if (!slot) throw new Error(`the slab has no ${lengthBytes} bytes left: slots were leaked`)
    return slot
  }
}
