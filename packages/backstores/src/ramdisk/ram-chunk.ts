import { copyBytes } from '@lunkit/wire'
import { storeLimits } from '../limits.ts'
import { libc } from '../native/libc-access.ts'
import { zeroFill } from '../zeroes.ts'

const { ramChunkBytes, ramPageBytes } = storeLimits
const PAGES = ramChunkBytes / ramPageBytes

/**
 * Slots begin on a page, and so should chunks: some processors take twenty times as long to copy to a place that lies a
 * few bytes further in its page than where the bytes come from. Without koffi nobody knows, and nothing is lost but that.
 */
const bytesToNextPage = (memory: SharedArrayBuffer): number => -(libc()?.addressOf(memory) ?? 0) & (ramPageBytes - 1)

/**
 * A chunk of a ramdisk's memory, which knows page by page what has been written. A page that has not been written reads
 * as zeroes whatever its memory holds, so that neither taking nor dropping pages touches their memory.
 */
export class RamChunk {
  readonly memory = new SharedArrayBuffer(ramChunkBytes + ramPageBytes)
  /** Where the chunk begins in its memory. */
  readonly start = bytesToNextPage(this.memory)
  readonly #bytes = Buffer.from(this.memory, this.start, ramChunkBytes)
  readonly #written = new Uint8Array(PAGES)
  #count = 0

  /** Whether no page is written. */
  get isEmpty(): boolean {
    return this.#count === 0
  }

  /** Copies `lengthBytes` from `from` on into `target` at `at`. */
  read(from: number, lengthBytes: number, { target, at }: { readonly target: Buffer; readonly at: number }): void {
    const end = from + lengthBytes
    for (let start = from; start < end; ) {
      const written = this.isWritten(start)
      const next = this.runEnd(start, end)
      const targetAt = at + start - from
      if (written) copyBytes({ from: this.#bytes, start, lengthBytes: next - start }, target, targetAt)
      else zeroFill(target, targetAt, targetAt + next - start)
      start = next
    }
  }

  /** Copies `lengthBytes` of `source` from `at` on to `to`. */
  write(to: number, lengthBytes: number, { source, at }: { readonly source: Buffer; readonly at: number }): void {
    this.#provide(to, to + lengthBytes)
    copyBytes({ from: source, start: at, lengthBytes }, this.#bytes, to)
  }

  /** Makes a range read as zeroes; whole pages of it are not written any more. */
  drop(from: number, lengthBytes: number): void {
    const end = from + lengthBytes
    for (let start = from; start < end; ) {
      const page = Math.floor(start / ramPageBytes)
      const next = Math.min((page + 1) * ramPageBytes, end)
      if (this.#written[page] === 1) {
        if (next - start === ramPageBytes) this.#forget(page)
        else zeroFill(this.#bytes, start, next)
      }
      start = next
    }
  }

  /** Drops everything. */
  clear(): void {
    this.#written.fill(0)
    this.#count = 0
  }

  /** Whether the page that `at` lies in has been written. */
  isWritten(at: number): boolean {
    return this.#written[Math.floor(at / ramPageBytes)] === 1
  }

  /** Where the run of pages ends that are written, or not, as the one that `at` lies in; `end` at the most. */
  runEnd(at: number, end: number): number {
    let page = Math.floor(at / ramPageBytes)
    const written = this.#written[page]
    const last = Math.ceil(end / ramPageBytes)
    do page++
    while (page < last && this.#written[page] === written)
    return Math.min(page * ramPageBytes, end)
  }

  /** Marks the pages of a range as written; what lies around the range in its first and last page turns to zeroes. */
  #provide(from: number, end: number): void {
    const first = Math.floor(from / ramPageBytes)
    const last = Math.floor((end - 1) / ramPageBytes)
    if (this.#written[first] === 0) zeroFill(this.#bytes, first * ramPageBytes, from)
    if (this.#written[last] === 0) zeroFill(this.#bytes, end, (last + 1) * ramPageBytes)
    for (let page = first; page <= last; page++) {
      if (this.#written[page] === 1) continue
      this.#written[page] = 1
      this.#count++
    }
  }

  #forget(page: number): void {
    this.#written[page] = 0
    this.#count--
  }
}
