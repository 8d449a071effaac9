import type { Row } from '@lunkit/statistics'
import { storeLimits } from '../limits.ts'
import { errno } from '../native/errno.ts'
import type { Libc } from '../native/libc.ts'
import { PinnedMemory } from '../native/pinned-memory.ts'
import type { StoreRequest } from '../store/store-request.ts'
import { storeMetrics } from '../store-metrics.ts'
import type { Timers } from '../timers.ts'
import type { TurnBudget } from '../turn-budget.ts'
import { Pace } from './pace.ts'

const Counter = storeMetrics.at

/** What `read` and `write` return when a lane must do it. */
export const DECLINED = Number.NEGATIVE_INFINITY
/** What `read` returns when nothing of it is in the page cache; the system fetches it now. */
export const MISSED = -errno.EAGAIN

const { inPlaceReadPace, inPlaceReadsPerSample, inPlaceTimedReadBytes, inPlaceWriteBytes, inPlaceWritePace } =
  storeLimits

/** What the fast path of one file needs. */
export interface InPlaceOptions {
  readonly libc: Libc | undefined
  readonly fd: number
  /** Whether writes may be done here at all: not where the page cache may wait for another machine. */
  readonly writes: boolean
  /** Where it counts, of `storeMetrics`. */
  readonly row: Row
  readonly lanes: { readonly memory: SharedArrayBuffer; readonly turn: TurnBudget; readonly timers: Timers }
}

/**
 * Reads and writes that are done at once, on the protocol thread, because handing them to a lane would cost more than
 * they do. Reads take what is in the page cache and never wait for the medium (RWF_NOWAIT). Writes into the page cache
 * may wait, so they are done only while recent ones were quick.
 */
export class InPlace {
  readonly #row: Row
  readonly #readPace: Pace
  readonly #writePace: Pace
  readonly #libc: Libc | undefined
  readonly #fd: number
  readonly #memory: PinnedMemory | undefined
  readonly #turn: TurnBudget
  readonly #timers: Timers
  #canRead: boolean
  readonly #canWrite: boolean
  #sinceSample = 0
  /** The turn in which the file's size was looked at, and the size. */
  #sizedTurn = -1
  #sizeBytes = 0

  constructor({ libc, fd, writes, row, lanes: { memory, turn, timers } }: InPlaceOptions) {
    this.#row = row
    this.#libc = libc
    this.#fd = fd
    this.#memory = libc && new PinnedMemory(libc, memory)
    this.#turn = turn
    this.#timers = timers
    this.#canRead = libc !== undefined
    this.#canWrite = writes
    this.#readPace = new Pace(inPlaceReadPace, timers)
    this.#writePace = new Pace(inPlaceWritePace, timers)
  }

  /** Whether so much may be read here now; it counts in this turn then. */
  mayRead(lengthBytes: number): boolean {
    return this.#canRead && this.#readPace.allowed && this.#turn.take(lengthBytes)
  }

  /** Reads what is at hand. Returns bytes read (0: the end of the file), DECLINED, or an error number negated. */
  read(request: StoreRequest): number {
    return this.mayRead(request.lengthBytes) ? this.readNow(request) : DECLINED
  }

  /** As `read`, where `mayRead` has said that it may be. */
  readNow(request: StoreRequest): number {
    const { lengthBytes, offset } = request
    const address = this.addressOf(request)
    const timed = lengthBytes >= inPlaceTimedReadBytes || ++this.#sinceSample >= inPlaceReadsPerSample
    const before = timed ? this.#timers.now() : 0
    const result = (this.#libc as Libc).readCached(this.#fd, address, lengthBytes, offset)
    if (timed) {
      this.#sinceSample = 0
      this.noteRead(this.#timers.now() - before, lengthBytes)
    }
    if (result > 0) this.#row.add(Counter.inPlaceReads)
    return this.answered(result)
  }

  /** So long took a read, or several with one call, of so many bytes in all. */
  noteRead(elapsedMs: number, lengthBytes: number): void {
    if (this.#readPace.note(elapsedMs, lengthBytes)) this.#row.add(Counter.slowReads)
  }

  /** What the system has answered to a read that `mayRead` has allowed. Returns what `read` would. */
  answered(result: number): number {
    return result < 0 ? this.#readError(result) : result
  }

  /** Writes into the page cache. Returns bytes written, DECLINED, or an error number negated. */
  write(request: StoreRequest): number {
    const { lengthBytes, offset } = request
    if (!this.#libc || !this.#canWrite || lengthBytes > inPlaceWriteBytes) return DECLINED
    if (!this.#writePace.allowed || !this.#turn.take(lengthBytes)) return DECLINED
    if (offset + lengthBytes > this.#sizeNow(this.#libc)) return DECLINED
    const before = this.#timers.now()
    const result = this.#libc.write(this.#fd, this.addressOf(request), lengthBytes, offset)
    if (this.#writePace.note(this.#timers.now() - before, lengthBytes)) this.#row.add(Counter.slowWrites)
    if (result > 0) this.#row.add(Counter.inPlaceWrites)
    return result === -errno.EINTR || result === -errno.EAGAIN || result === 0 ? DECLINED : result
  }

  /** Looked at once a turn: a file that was cut off must not grow again by being written. A lane looks again. */
  #sizeNow(libc: Libc): number {
    if (this.#sizedTurn !== this.#turn.turn) {
      this.#sizedTurn = this.#turn.turn
      this.#sizeBytes = libc.sizeBytes(this.#fd)
    }
    return this.#sizeBytes
  }

  /** No address is used any more. */
  release(): void {
    this.#canRead = false
    this.#memory?.release()
  }

  /** Where the data of a transfer lies. */
  addressOf({ slot, slotOffset }: StoreRequest): number {
    return (this.#memory as PinnedMemory).address + (slot as NonNullable<typeof slot>).offset + slotOffset
  }

  #readError(result: number): number {
    if (result === -errno.EINTR) return DECLINED
    if (result !== -errno.EOPNOTSUPP && result !== -errno.EINVAL && result !== -errno.ENOSYS) return result
    // This file system cannot say whether a read would wait; it will not learn it.
    this.#canRead = false
    return DECLINED
  }
}
