import type { Progress } from '../progress.ts'
import type { Sink, Source } from './ends.ts'
import { Turns } from './turns.ts'
import { zeroRuns } from './zero-runs.ts'

/** What is moved, from where to where. */
export interface TransferOptions {
  readonly source: Source
  readonly sink: Sink
  /** Undefined: all that the source has. */
  readonly lengthBytes: number | undefined
  /** How much is moved at once. */
  readonly pieceBytes: number
  readonly signal: AbortSignal
  readonly progress: Progress
}

/** Pieces that are on their way at once; each has memory of its own. */
const PIECES_AT_ONCE = 8

/** What came of it. */
export interface Moved {
  readonly bytes: number
  /** How many of them were zeroes that were not written one by one. */
  readonly zeroBytes: number
}

interface Piece {
  readonly number: number
  readonly offset: number
  readonly lengthBytes: number
}

/** Data on its way from a source to a sink, several pieces at a time. When one fails no more are begun. */
export class Transfer {
  readonly #options: TransferOptions
  readonly #reads = new Turns()
  readonly #writes = new Turns()
  #begun = 0
  #isOver = false
  #zeroBytes = 0
  #movedBytes = 0
  #leftOver: string | undefined

  constructor(options: TransferOptions) {
    this.#options = options
  }

  /** Moves it. @throws {unknown} what the source or the sink throws, or the reason of the signal; nothing is on its way then. */
  async run(): Promise<Moved> {
    const { lengthBytes, pieceBytes, source, sink } = this.#options
    const pieces = lengthBytes === undefined ? PIECES_AT_ONCE : Math.ceil(lengthBytes / pieceBytes)
    // One reads while another writes, in order, where there is order on both sides.
    const most = source.isSequential && sink.isSequential ? 2 : PIECES_AT_ONCE
    const workers = Array.from({ length: Math.min(most, pieces) }, () => this.#work())
    const ends = await Promise.allSettled(workers)
    for (const end of ends) if (end.status === 'rejected') throw end.reason
    return { bytes: this.#movedBytes, zeroBytes: this.#zeroBytes }
  }

  /** What the source had at its end that is no whole grain of the sink; undefined: nothing. */
  get leftOver(): string | undefined {
    return this.#leftOver
  }

  async #work(): Promise<void> {
    const memory = Buffer.allocUnsafeSlow(this.#options.pieceBytes)
    try {
      for (;;) {
        const piece = this.#next()
        if (piece === undefined) return
        await this.#move(piece, memory)
      }
    } catch (error) {
      this.#end()
      throw error
    }
  }

  #next(): Piece | undefined {
    const { signal, lengthBytes = Number.POSITIVE_INFINITY, pieceBytes } = this.#options
    signal.throwIfAborted()
    const offset = this.#begun * pieceBytes
    if (this.#isOver || offset >= lengthBytes) return undefined
    return { number: this.#begun++, offset, lengthBytes: Math.min(pieceBytes, lengthBytes - offset) }
  }

  async #move(piece: Piece, memory: Buffer): Promise<void> {
    const { source, sink, signal, progress } = this.#options
    const { number, offset, lengthBytes } = piece
    const wanted = memory.subarray(0, lengthBytes)
    const read = (): Promise<number> => source.read(wanted, offset, signal)
    const got = source.isSequential ? await this.#reads.take(number, read) : await read()
    if (got === undefined) return
    const data = this.#whole(wanted.subarray(0, got), lengthBytes)
    const put = (): Promise<void> => this.#put(data, offset)
    if (sink.isSequential) await this.#writes.take(number, put)
    else await put()
    this.#movedBytes += data.length
    progress.add(data.length)
  }

  /** The whole grains of what was read; where there is less than was asked for the source has ended. */
  #whole(data: Buffer, asked: number): Buffer {
    const { sink, source } = this.#options
    if (data.length === asked) return data
    this.#isOver = true
    const rest = data.length % sink.grainBytes
    if (rest > 0)
      this.#leftOver = `${source.name} ended within a block: its last ${rest} bytes were not written, a block has ${sink.grainBytes}`
    return data.subarray(0, data.length - rest)
  }

  async #put(data: Buffer, offset: number): Promise<void> {
    const { sink, signal } = this.#options
    if (sink.zeroGrainBytes === undefined) return data.length > 0 ? sink.write(data, offset, signal) : undefined
    for (const { from, to, isZero } of zeroRuns(data, sink.zeroGrainBytes)) {
      if (isZero) {
        await sink.zero(offset + from, to - from, signal)
        this.#zeroBytes += to - from
      } else await sink.write(data.subarray(from, to), offset + from, signal)
    }
  }

  #end(): void {
    this.#isOver = true
    this.#reads.end()
    this.#writes.end()
  }
}
