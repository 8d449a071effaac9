import { fdatasync } from 'node:fs'
import { promisify } from 'node:util'
import { negativeErrno } from '../native/errno.ts'
import { SystemCall } from '../native/system-call.ts'
import type { DescriptorAccount } from './descriptor-account.ts'
import type { Flushing } from './flushing.ts'
import { PageGrain } from './page-grain.ts'

const syncFd = promisify(fdatasync)

/** Who hears that others' data could not be brought to stable storage. */
interface SettledGrainParts {
  readonly flushing: Flushing
  readonly account: DescriptorAccount
}

/**
 * The grain of what the page cache holds of a descriptor. Folios are split only when they are clean, so that it counts
 * only once what others have left there is on stable storage.
 */
export class SettledGrain {
  readonly #fd: number
  readonly #parts: SettledGrainParts
  #grain: PageGrain | undefined
  #settling = Promise.resolve()
  /** Whether it was asked for at all. */
  #counts = false

  constructor(fd: number, parts: SettledGrainParts) {
    this.#fd = fd
    this.#parts = parts
  }

  /** When `settle` is done, or at once. */
  get settled(): Promise<void> {
    return this.#settling
  }

  /** Brings it there, in the background. That this fails is as bad as if a flush of ours did. */
  settle(sizeBytes: number): void {
    this.#counts = true
    this.#settling = this.#settling
      .then(() => syncFd(this.#fd))
      .then(
        () => {
          this.#grain = new PageGrain(sizeBytes)
        },
        error => this.#failed(-negativeErrno(error)),
      )
  }

  /** The descriptor has another size: what is new may lie in the page cache as others have left it. */
  resize(sizeBytes: number): void {
    if (this.#counts) this.settle(sizeBytes)
  }

  /** Whether a small write at `offset` would meet a large folio, as far as that is known. */
  isCoarse(offset: number): boolean {
    return this.#grain?.isFine(offset) === false
  }

  /** A lane splits the region of `offset`. */
  split(offset: number): void {
    this.#grain?.split(offset)
  }

  /** A range comes into the page cache, and what the system reads ahead. */
  coarsen(offset: number, lengthBytes: number): void {
    this.#grain?.coarsen(offset, lengthBytes)
  }

  #failed(number: number): void {
    const { flushing, account } = this.#parts
    flushing.fail(account.failed(number, SystemCall.fdatasync))
  }
}
