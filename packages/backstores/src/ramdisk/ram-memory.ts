import { totalmem } from 'node:os'
import { checkArgument, object, wholeNumber } from '@lunkit/wire'
import { storeLimits } from '../limits.ts'
import { libc } from '../native/libc-access.ts'
import { RamChunk } from './ram-chunk.ts'

const { ramChunkBytes, ramReclaimChunksPerTurn } = storeLimits
const CAP = wholeNumber()
const CHUNK = object('a chunk that take() has returned', chunk => chunk instanceof RamChunk)
const CHUNKS = wholeNumber()
/** The largest page that the processor may have; smaller ones divide it. */
const PAGE_BYTES = process.arch === 'x64' ? 4096 : 65_536

/**
 * The memory that ramdisks share, under one cap. A chunk that is given back goes to a free list, and its pages to the
 * system, a few chunks a turn: not to the garbage collector, which would take its time.
 */
export class RamMemory {
  readonly capBytes: number
  /** Free chunks whose pages are still there, and those whose pages were given back. */
  readonly #resident: RamChunk[] = []
  readonly #bare: RamChunk[] = []
  #usedBytes = 0
  #reclaiming = false

  /** @throws {RangeError} when the cap does not hold one chunk. {TypeError} for what is no number. */
  constructor(capBytes: number) {
    checkArgument('RamMemory: capBytes', capBytes, CAP)
    if (!(capBytes >= ramChunkBytes))
      throw new RangeError(`a cap of ${capBytes} bytes holds no chunk; it must be ${ramChunkBytes} at least`)
    this.capBytes = capBytes
  }

  /** Bytes of chunks that ramdisks have. */
  get usedBytes(): number {
    return this.#usedBytes
  }

  /**
   * Whether `chunks` more fit under the cap.
   * @throws {TypeError} or {RangeError} for what is no number of chunks.
   */
  hasRoom(chunks: number): boolean {
    checkArgument('hasRoom: chunks', chunks, CHUNKS)
    return this.#usedBytes + chunks * ramChunkBytes <= this.capBytes
  }

  /**
   * A chunk with no page written.
   * @throws {RangeError} beyond the cap, and where the system gives no memory.
   */
  take(): RamChunk {
    if (!this.hasRoom(1))
      throw new RangeError(`ramdisks have ${this.#usedBytes} bytes; the cap of ${this.capBytes} allows no more`)
    const chunk = this.#resident.pop() ?? this.#bare.pop() ?? new RamChunk()
    this.#usedBytes += ramChunkBytes
    return chunk
  }

  /**
   * Takes a chunk back.
   * @throws {TypeError} for what is none.
   */
  giveBack(chunk: RamChunk): void {
    checkArgument('giveBack: chunk', chunk, CHUNK)
    chunk.clear()
    this.#usedBytes -= ramChunkBytes
    this.#resident.push(chunk)
    if (this.#reclaiming) return
    this.#reclaiming = true
    setImmediate(this.#reclaim)
  }

  readonly #reclaim = (): void => {
    const library = libc()
    for (let i = 0; library && i < ramReclaimChunksPerTurn; i++) {
      const chunk = this.#resident.pop()
      if (!chunk) break
      // The processor's pages may be larger than those that chunks begin on; what is left over at the ends stays.
      const start = library.addressOf(chunk.memory) + chunk.start
      const first = Math.ceil(start / PAGE_BYTES) * PAGE_BYTES
      const end = Math.floor((start + ramChunkBytes) / PAGE_BYTES) * PAGE_BYTES
      library.dropPages(first, end - first)
      this.#bare.push(chunk)
    }
    this.#reclaiming = library !== undefined && this.#resident.length > 0
    if (this.#reclaiming) setImmediate(this.#reclaim)
  }
}

let shared: RamMemory | undefined

/** The process's ramdisk memory: half of what the machine, or the control group, has. */
export function processRamMemory(): RamMemory {
  // 0, or a number beyond the machine's, where no control group limits the process.
  const constrained = process.constrainedMemory() || Number.POSITIVE_INFINITY
  shared ??= new RamMemory(Math.floor(Math.min(totalmem(), constrained) / 2))
  return shared
}
