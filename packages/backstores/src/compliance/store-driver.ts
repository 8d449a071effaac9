import {
  byteArray,
  checkArgument,
  checkOptions,
  flag,
  type OptionDomains,
  object,
  oneOf,
  Slab,
  type Slot,
  wholeNumber,
} from '@lunkit/wire'
import type { Store } from '../store/store.ts'
import type { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { StoreRequest, type StoreRequestOwner } from '../store/store-request.ts'
import { STORE } from '../store-domain.ts'

/** What a request is made of, where it differs from a fresh one. */
export type RequestFields = Partial<
  Pick<StoreRequest, 'operation' | 'offset' | 'lengthBytes' | 'slot' | 'slotOffset' | 'fua' | 'maxExtents'>
>

const SLAB = object('a Slab', slab => slab instanceof Slab)
const REQUEST = object('a StoreRequest', request => request instanceof StoreRequest)
/** Where a range lies is for the store to judge, whatever it is. */
const PLACE = { type: 'number', words: 'a number', has: () => true } as const
const FIELDS: OptionDomains = {
  operation: oneOf(Object.values(StoreOperation)),
  offset: PLACE,
  lengthBytes: PLACE,
  slot: object('a Slot'),
  slotOffset: PLACE,
  fua: flag,
  maxExtents: wholeNumber(),
}
const OFFSET = wholeNumber()
const TRANSFER: OptionDomains = { fua: flag, slotOffset: wholeNumber() }

/** Drives one store in a test: each operation as a promise, with what the contract says about completion checked. */
export class StoreDriver implements StoreRequestOwner {
  readonly store: Store
  readonly slab: Slab
  readonly #waiting = new Map<StoreRequest, (fault: StoreFault | undefined) => void>()
  #submitting = false

  /** @throws {TypeError} for what is no store, or no slab. */
  constructor(store: Store, slab: Slab) {
    checkArgument('StoreDriver: store', store, STORE)
    checkArgument('StoreDriver: slab', slab, SLAB)
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

  /**
   * Runs a request to its end; gives its fault.
   * @throws {TypeError} for what is no request.
   */
  async run(request: StoreRequest): Promise<StoreFault | undefined> {
    checkArgument('run: request', request, REQUEST)
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

  /**
   * Runs a fresh request.
   * @throws {TypeError} for what is no part of a request. What of a range is wrong the store says.
   */
  async perform(fields: RequestFields): Promise<StoreFault | undefined> {
    checkOptions('perform: fields', fields, FIELDS)
    return this.run(Object.assign(new StoreRequest(this), fields))
  }

  /**
   * Writes `bytes`, from somewhere within a slot.
   * @throws {TypeError} or {RangeError} for what cannot be written.
   */
  async write(
    offset: number,
    bytes: Uint8Array,
    options: { readonly fua?: boolean; readonly slotOffset?: number } = {},
  ): Promise<StoreFault | undefined> {
    checkArgument('write: offset', offset, OFFSET)
    checkArgument('write: bytes', bytes, byteArray())
    checkOptions('write: options', options, TRANSFER)
    const { fua = false, slotOffset = 0 } = options
    const slot = this.take(slotOffset + bytes.length)
    slot.bytes.set(bytes, slotOffset)
    const { write } = StoreOperation
    const fault = await this.perform({ operation: write, offset, lengthBytes: bytes.length, slot, slotOffset, fua })
    slot.release()
    return fault
  }

  /**
   * Reads bytes; throws on a fault.
   * @throws {TypeError} or {RangeError} for what cannot be read.
   */
  async read(
    offset: number,
    lengthBytes: number,
    options: { readonly fua?: boolean; readonly slotOffset?: number } = {},
  ): Promise<Buffer> {
    checkArgument('read: offset', offset, OFFSET)
    checkArgument('read: lengthBytes', lengthBytes, OFFSET)
    checkOptions('read: options', options, TRANSFER)
    const { fua = false, slotOffset = 0 } = options
    const slot = this.take(slotOffset + lengthBytes)
    const fault = await this.perform({ operation: StoreOperation.read, offset, lengthBytes, slot, slotOffset, fua })
    const bytes = Buffer.from(slot.bytes.subarray(slotOffset, slotOffset + lengthBytes))
    slot.release()
    if (fault) throw new Error(`reading ${lengthBytes} bytes at ${offset} ended with ${fault}`)
    return bytes
  }

  /** A slot, which is there: tests hold few. */
  take(lengthBytes: number): Slot {
    checkArgument('take: lengthBytes', lengthBytes, OFFSET)
    const slot = this.slab.take(lengthBytes)
    if (!slot) throw new Error(`the slab has no ${lengthBytes} bytes left: slots were leaked`)
    return slot
  }
}
