import type { Row } from '@lunkit/statistics'
import { storeLimits } from '../limits.ts'
import { StoreEngine } from '../store/store-engine.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { storeMetrics } from '../store-metrics.ts'
import type { InPlace } from './in-place.ts'
import type { BatchedReader, ReadBatch, ReadCall } from './read-batch.ts'

/** What the batched reads of a descriptor are done with. */
export interface BatchedReadsParts {
  readonly fd: number
  readonly batch: ReadBatch
  readonly inPlace: InPlace
  /** Where it counts, of `storeMetrics`. */
  readonly row: Row
  /** A read has come to this: see `InPlace.read`. */
  readonly ended: (request: StoreRequest, doneBytes: number) => void
}

/** The reads of one descriptor that wait to be done together with others. */
export class BatchedReads implements BatchedReader {
  readonly fd: number
  readonly #batch: ReadBatch
  readonly #inPlace: InPlace
  readonly #row: Row
  readonly #ended: (request: StoreRequest, doneBytes: number) => void
  #count = 0
  /** Those that calls have done together and no counter has yet: one addition for all of a call. */
  #together = 0

  constructor({ fd, batch, inPlace, row, ended }: BatchedReadsParts) {
    this.#row = row
    this.fd = fd
    this.#batch = batch
    this.#inPlace = inPlace
    this.#ended = ended
  }

  /** How many wait. */
  get count(): number {
    return this.#count
  }

  addressOf(request: StoreRequest): number {
    return this.#inPlace.addressOf(request)
  }

  /** Whether a read waits for others; `ended` is called later then, not from within this call. */
  take(request: StoreRequest): boolean {
    const { lengthBytes } = request
    if (!this.#batch.takes || lengthBytes > storeLimits.batchedReadBytes || !this.#inPlace.mayRead(lengthBytes))
      return false
    this.#count++
    this.#batch.add(this, request)
    return true
  }

  readAlone(request: StoreRequest): void {
    this.#leave()
    this.#ended(request, this.#inPlace.readNow(request))
  }

  readTogether(request: StoreRequest, result: number, { elapsedMs, lengthBytes }: ReadCall): void {
    // A call is one operation, however many reads it did: all of them waited when the system let another thread run.
    if (this.#count === 1) this.#inPlace.noteRead(elapsedMs, lengthBytes)
    if (result > 0) {
      request.engine = StoreEngine.uring
      this.#together++
    }
    this.#leave()
    this.#ended(request, this.#inPlace.answered(result))
  }

  #leave(): void {
    if (--this.#count > 0 || this.#together === 0) return
    this.#row.add(storeMetrics.at.batchedReads, this.#together)
    this.#row.add(storeMetrics.at.inPlaceReads, this.#together)
    this.#together = 0
  }
}
