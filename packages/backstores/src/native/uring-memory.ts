import type { UringCalls } from './uring-calls.ts'

/** One of the parts of a ring that the kernel and we see, as words, until it is released. */
export class UringMemory {
  readonly words: Int32Array
  readonly #calls: UringCalls
  readonly #address: number
  readonly #lengthBytes: number

  /** @throws where it cannot be mapped. */
  constructor(calls: UringCalls, fd: number, part: { readonly lengthBytes: number; readonly offset: number }) {
    this.#calls = calls
    this.#lengthBytes = part.lengthBytes
    this.#address = calls.map(fd, part)
    if (this.#address < 0) throw new Error(`a ring of io_uring could not be mapped: error ${-this.#address}`)
    this.words = new Int32Array(calls.view(this.#address, part.lengthBytes))
  }

  release(): void {
    this.#calls.unmap(this.#address, this.#lengthBytes)
  }
}
