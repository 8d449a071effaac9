import { Layer, type Store, StoreOperation, StoreRequest, type StoreRequestOwner } from '@lunkit/backstores'

/** What a store does wrong. It says that all went well. */
export const Lie = {
  /** A write is not done. */
  dropped: 'dropped',
  /** A read answers what was there before the last write. The medium is right. */
  stale: 'stale',
  /** The second half of a write is not done. */
  torn: 'torn',
  /** A write ends within a block. */
  tornBlock: 'tornBlock',
  /** A write goes to the place behind the one it was meant for. */
  misplaced: 'misplaced',
  /** One bit of a read is wrong. The medium is right. */
  flipped: 'flipped',
} as const
export type Lie = (typeof Lie)[keyof typeof Lie]

/** The operation that is lied about: those of exactly this range. */
export type LieAt = { readonly offset: number; readonly lengthBytes: number }

/** A layer that lies about every read or write of one range, once it has been written for the first time. */
export class LyingLayer extends Layer {
  readonly #lie: Lie
  readonly #at: LieAt
  #written: Buffer | undefined
  #before: Buffer | undefined
  #lies = 0

  constructor(behind: Store, lie: Lie, at: LieAt) {
    super(behind)
    this.#lie = lie
    this.#at = at
  }

  /** How often it has lied. */
  get lies(): number {
    return this.#lies
  }

  submit(request: StoreRequest): boolean {
    if (request.offset !== this.#at.offset || request.lengthBytes !== this.#at.lengthBytes)
      return this.behind.submit(request)
    if (request.operation === StoreOperation.write) return this.#write(request)
    if (request.operation === StoreOperation.read) return this.#read(request)
    return this.behind.submit(request)
  }

  #write(request: StoreRequest): boolean {
    this.#before = this.#written
    this.#written = Buffer.from(bytesOf(request))
    if (this.#before === undefined) return this.behind.submit(request)
    switch (this.#lie) {
      case Lie.dropped:
        this.#lies++
        request.fault = undefined
        return true
      case Lie.torn:
        return this.#instead(request, { lengthBytes: request.lengthBytes / 2 })
      case Lie.tornBlock:
        return this.#instead(request, { lengthBytes: request.lengthBytes - 100 })
      case Lie.misplaced:
        return this.#instead(request, { offset: request.offset + request.lengthBytes })
      default:
        return this.behind.submit(request)
    }
  }

  #read(request: StoreRequest): boolean {
    const before = this.#before
    if (before === undefined) return this.behind.submit(request)
    if (this.#lie === Lie.stale) return this.#instead(request, {}, bytes => before.copy(bytes))
    if (this.#lie === Lie.flipped) return this.#instead(request, {}, flipLastBit)
    return this.behind.submit(request)
  }

  /** Does another operation than the one that was asked for, and ends the one that was asked for with it. */
  #instead(outer: StoreRequest, changes: Partial<StoreRequest>, spoil: (bytes: Buffer) => void = () => {}): boolean {
    this.#lies++
    const completed = (inner: StoreRequest) => {
      outer.fault = inner.fault
      spoil(bytesOf(outer))
    }
    const owner: StoreRequestOwner = {
      completed: inner => {
        completed(inner)
        outer.owner.completed(outer)
      },
    }
    const { operation, offset, lengthBytes, slot, slotOffset, fua } = outer
    const inner = Object.assign(new StoreRequest(owner), { operation, offset, lengthBytes, slot, slotOffset, fua })
    if (!this.behind.submit(Object.assign(inner, changes))) return false
    completed(inner)
    return true
  }
}

function bytesOf({ slot, slotOffset, lengthBytes }: StoreRequest): Buffer {
  if (slot === undefined) throw new Error('a read or a write without a slot')
  return slot.bytes.subarray(slotOffset, slotOffset + lengthBytes)
}

function flipLastBit(bytes: Buffer): void {
  const last = bytes.length - 1
  bytes[last] = (bytes[last] ?? 0) ^ 1
}
