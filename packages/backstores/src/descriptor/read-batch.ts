import { storeLimits } from '../limits.ts'
import type { ReadUring } from '../native/read-uring.ts'
import type { StoreRequest } from '../store/store-request.ts'

const { batchedReads } = storeLimits

/** A call that has done several reads. */
export interface ReadCall {
  readonly elapsedMs: number
  /** Of all of them. */
  readonly lengthBytes: number
}

/** Whose reads are done together with those of others. */
export interface BatchedReader {
  readonly fd: number
  /** Where the data of one of them goes. */
  addressOf(request: StoreRequest): number
  /** Does one by itself. */
  readAlone(request: StoreRequest): void
  /** One was done by a call with others: bytes read, or an error number negated. */
  readTogether(request: StoreRequest, result: number, call: ReadCall): void
}

/** What a batch is made of. */
export interface ReadBatchOptions {
  /** A clock in milliseconds. */
  readonly now: () => number
  /** Makes what does many reads with one call; undefined where the system has no such thing. Called when first needed. */
  readonly open: (reads: number) => ReadUring | undefined
}

/**
 * Reads of the page cache that are done together. Whoever decodes commands says when it begins and when it has ended;
 * what was to be read in between is read then, of all stores of the thread, with one system call instead of one each.
 */
export class ReadBatch {
  readonly #now: () => number
  readonly #open: ReadBatchOptions['open']
  #ring: ReadUring | undefined
  #isPossible = true
  #isOpen = false
  #count = 0
  readonly #readers: (BatchedReader | undefined)[] = new Array<BatchedReader | undefined>(batchedReads).fill(undefined)
  readonly #requests: (StoreRequest | undefined)[] = new Array<StoreRequest | undefined>(batchedReads).fill(undefined)

  constructor({ now, open }: ReadBatchOptions) {
    this.#now = now
    this.#open = open
  }

  /** Whether a read is put off now. */
  get takes(): boolean {
    return this.#isOpen && this.#count < batchedReads
  }

  /** From now on reads are put off, until `end`. */
  begin(): void {
    this.#isOpen = this.#isPossible
  }

  /** Does what was put off. */
  end(): void {
    this.#isOpen = false
    const count = this.#count
    if (count === 0) return
    this.#count = 0
    if (count === 1) this.#alone(0)
    else this.#together(count)
  }

  /** Puts a read off; only where `takes` says so. */
  add(reader: BatchedReader, request: StoreRequest): void {
    this.#readers[this.#count] = reader
    this.#requests[this.#count++] = request
  }

  /** Gives back what it has of the system; nothing is put off any more. */
  close(): void {
    this.#isPossible = false
    this.#ring?.close()
    this.#ring = undefined
  }

  #alone(at: number): void {
    const reader = this.#readers[at] as BatchedReader
    reader.readAlone(this.#requests[at] as StoreRequest)
  }

  #together(count: number): void {
    const ring = this.#ready()
    const lengthBytes = ring ? this.#addAll(ring, count) : 0
    const before = this.#now()
    const done = ring?.run() ?? 0
    const call = { elapsedMs: this.#now() - before, lengthBytes }
    for (let at = 0; at < count; at++) {
      if (at >= done) this.#alone(at)
      else {
        const reader = this.#readers[at] as BatchedReader
        reader.readTogether(this.#requests[at] as StoreRequest, ring?.results[at] as number, call)
      }
    }
  }

  /** Returns how many bytes they have in all. */
  #addAll(ring: ReadUring, count: number): number {
    let totalBytes = 0
    for (let at = 0; at < count; at++) {
      const reader = this.#readers[at] as BatchedReader
      const request = this.#requests[at] as StoreRequest
      const { lengthBytes, offset } = request
      ring.add(reader.fd, offset, { address: reader.addressOf(request), lengthBytes })
      totalBytes += lengthBytes
    }
    return totalBytes
  }

  #ready(): ReadUring | undefined {
    if (!this.#ring && this.#isPossible) {
      this.#ring = this.#open(batchedReads)
      this.#isPossible = this.#ring !== undefined
    }
    return this.#ring
  }
}
