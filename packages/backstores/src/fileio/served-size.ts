import { fstat } from 'node:fs'
import { promisify } from 'node:util'
import type { Descriptor } from '../descriptor/descriptor.ts'
import { storeLimits } from '../limits.ts'
import { roundDown } from '../round-down.ts'

const statFd = promisify(fstat)

/**
 * How much of a file is served when it turns out to be longer or shorter than it was. A disk that was given a size keeps
 * it; one that has its file's own follows the file.
 */
export class ServedSize {
  readonly #fd: number
  readonly #follows: boolean
  readonly #descriptor: Descriptor
  #checking: Promise<void> | undefined

  constructor(fd: number, { follows, descriptor }: { readonly follows: boolean; readonly descriptor: Descriptor }) {
    this.#fd = fd
    this.#follows = follows
    this.#descriptor = descriptor
  }

  /** Looks at the file, and has the descriptor resized if that is how it is; resolves when that is done. */
  check(): Promise<void> {
    if (!this.#follows || !this.#descriptor.isOpen) return Promise.resolve()
    this.#checking ??= this.#look().finally(() => {
      this.#checking = undefined
    })
    return this.#checking
  }

  /** Resolves when the file is not being looked at. */
  async idle(): Promise<void> {
    await this.#checking
  }

  async #look(): Promise<void> {
    const before = this.#descriptor.sizeBytes
    let fileBytes: number
    try {
      fileBytes = (await statFd(this.#fd)).size
    } catch {
      // What cannot be looked at answers no operation either: each of them says so.
      return
    }
    if (!this.#descriptor.isOpen) return
    const sizeBytes = roundDown(fileBytes)
    if (sizeBytes === before || (sizeBytes < before && sizeBytes < storeLimits.leastCutBytes)) return
    this.#descriptor.resize(sizeBytes)
  }
}
