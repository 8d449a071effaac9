import type { Declaration } from './declaration.ts'
import { statisticsLimits } from './limits.ts'

const MAGIC = 0x6c6b7331
const HEAD_BYTES = 64
/** Before the words of a row: its generation, and room that keeps the words at their bound. */
const STATE_BYTES = 8
const WORD_BYTES = Float64Array.BYTES_PER_ELEMENT

/** The words of a block's head. */
const Head = { magic: 0, fingerprint: 1, rows: 2, changes: 3 } as const

/**
 * The memory of a block: a head, then rows. It grows in place, by segments, so that those who have it see rows that were
 * made later, and nothing is ever copied. One thread writes.
 *
 * Counters are read without a lock. What a reader must not see in half is a row that changes hands, and totals that are on
 * their way to another row: `changes` is odd meanwhile, as a row's generation is even while nobody has it. Both are changed and read
 * by operations that read and write at once, because those alone keep plain accesses before and after them in their order.
 */
export class BlockMemory {
  readonly buffer: SharedArrayBuffer
  readonly #declaration: Declaration
  readonly #rowBytes: number
  readonly #head: Int32Array

  constructor(declaration: Declaration, buffer: SharedArrayBuffer) {
    this.buffer = buffer
    this.#declaration = declaration
    this.#rowBytes = STATE_BYTES + declaration.words * WORD_BYTES
    this.#head = new Int32Array(buffer, 0, HEAD_BYTES / Int32Array.BYTES_PER_ELEMENT)
  }

  /** Memory for a block of so many rows at the most, none of which is taken. */
  static create(declaration: Declaration, rows: number): BlockMemory {
    const rowBytes = STATE_BYTES + declaration.words * WORD_BYTES
    const buffer = new SharedArrayBuffer(HEAD_BYTES, { maxByteLength: HEAD_BYTES + rows * rowBytes })
    const memory = new BlockMemory(declaration, buffer)
    memory.#head[Head.fingerprint] = declaration.fingerprint
    Atomics.store(memory.#head, Head.magic, MAGIC)
    return memory
  }

  /** Whether the memory is that of a block of this declaration. */
  static fits(declaration: Declaration, buffer: SharedArrayBuffer): boolean {
    if (buffer.byteLength < HEAD_BYTES) return false
    const head = new Int32Array(buffer, 0, HEAD_BYTES / Int32Array.BYTES_PER_ELEMENT)
    return Atomics.load(head, Head.magic) === MAGIC && head[Head.fingerprint] === declaration.fingerprint
  }

  /** How many rows there are, taken or free. */
  get rows(): number {
    return Atomics.load(this.#head, Head.rows)
  }

  /** Makes one row more, which nobody has. */
  addRow(): number {
    const index = this.rows
    const neededBytes = HEAD_BYTES + (index + 1) * this.#rowBytes
    if (this.buffer.byteLength < neededBytes) {
      const segmentBytes = statisticsLimits.segmentRows * this.#rowBytes
      this.buffer.grow(Math.min(this.buffer.byteLength + segmentBytes, this.buffer.maxByteLength))
    }
    Atomics.store(this.#head, Head.rows, index + 1)
    return index
  }

  /** The words of a row: its counters and gauges, its labels, its buckets. */
  wordsOf(index: number): Float64Array {
    return new Float64Array(this.buffer, this.#rowAt(index) + STATE_BYTES, this.#declaration.words)
  }

  /** The bytes of a row's labels. */
  labelsOf(index: number): Uint8Array {
    const { frontWords, labels } = this.#declaration
    const at = this.#rowAt(index) + STATE_BYTES + frontWords * WORD_BYTES
    return new Uint8Array(this.buffer, at, labels.length * statisticsLimits.labelBytes)
  }

  /** The generation of a row: odd while somebody has it. */
  generationOf(index: number): number {
    return Atomics.add(this.#state(index), 0, 0)
  }

  /** A row is taken, or free again. */
  nextGeneration(index: number): void {
    Atomics.add(this.#state(index), 0, 1)
  }

  /** How often rows have come or gone, twice; odd while one does. */
  get changes(): number {
    return Atomics.add(this.#head, Head.changes, 0)
  }

  /**
   * The same when no row comes or goes: who writes may have been interrupted in the midst of that, and is waited for,
   * `statisticsLimits.changeWaits` milliseconds at the most.
   */
  settledChanges(): number {
    let { changes } = this
    for (let waits = 0; changes % 2 === 1 && waits < statisticsLimits.changeWaits; waits++) {
      Atomics.wait(this.#head, Head.changes, changes, 1)
      changes = this.changes
    }
    return changes
  }

  /** Runs what changes who has which row, or moves totals between rows. */
  change(run: () => void): void {
    Atomics.add(this.#head, Head.changes, 1)
    try {
      run()
    } finally {
      Atomics.add(this.#head, Head.changes, 1)
    }
  }

  #state(index: number): Int32Array {
    return new Int32Array(this.buffer, this.#rowAt(index), 1)
  }

  #rowAt(index: number): number {
    return HEAD_BYTES + index * this.#rowBytes
  }
}
