const MOST_BYTES = 4096
/** A version, odd while it is written, and a length in bytes. */
const HEAD_WORDS = 2
const HEAD_BYTES = HEAD_WORDS * Int32Array.BYTES_PER_ELEMENT

/** A text in shared memory, of at most 4 KiB: one thread writes it, another one reads it at any time. */
export class TextMemory {
  readonly memory: SharedArrayBuffer
  readonly #head: Int32Array
  readonly #bytes: Uint8Array

  constructor(memory = new SharedArrayBuffer(HEAD_BYTES + MOST_BYTES)) {
    this.memory = memory
    this.#head = new Int32Array(memory, 0, HEAD_WORDS)
    this.#bytes = new Uint8Array(memory, HEAD_BYTES)
  }

  /** Writes it; one that is too long leaves none. */
  write(text: string): void {
    const bytes = Buffer.from(text)
    Atomics.add(this.#head, 0, 1)
    Atomics.store(this.#head, 1, bytes.length > MOST_BYTES ? 0 : bytes.length)
    if (bytes.length <= MOST_BYTES) this.#bytes.set(bytes)
    Atomics.add(this.#head, 0, 1)
  }

  /** What was written last; undefined: nothing, or it is being written. */
  read(): string | undefined {
    const version = Atomics.load(this.#head, 0)
    const length = Atomics.load(this.#head, 1)
    if (length === 0 || version % 2 !== 0) return undefined
    const text = Buffer.from(this.#bytes.slice(0, length)).toString()
    return Atomics.load(this.#head, 0) === version ? text : undefined
  }
}
