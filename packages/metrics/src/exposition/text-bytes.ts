const LEAST_BYTES = 64 * 1024
/** A code unit of UTF-16 is at the most so many bytes of UTF-8. */
const MOST_BYTES_A_UNIT = 3

/** A long text in UTF-8, written piece by piece. */
export class TextBytes {
  #bytes: Buffer
  #used = 0

  /** There is room for so many bytes, and for a little more; it grows where that is not enough. */
  constructor(bytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(bytes + LEAST_BYTES)
  }

  /** All that has been written; another piece may make another one of it. */
  get written(): Uint8Array {
    return this.#bytes.subarray(0, this.#used)
  }

  /** One more piece. */
  write(text: string): void {
    const needed = this.#used + text.length * MOST_BYTES_A_UNIT
    if (needed > this.#bytes.length) this.#grow(needed)
    this.#used += this.#bytes.write(text, this.#used)
  }

  #grow(needed: number): void {
    const bytes = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#bytes.length))
    this.#bytes.copy(bytes, 0, 0, this.#used)
    this.#bytes = bytes
  }
}
