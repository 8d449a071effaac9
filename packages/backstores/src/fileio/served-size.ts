import type { Descriptor } from '../descriptor/descriptor.ts'
import { storeLimits } from '../limits.ts'
import { faultOf, negativeErrno } from '../native/errno.ts'
import { roundDown } from '../round-down.ts'
import { StoreFault } from '../store/store-fault.ts'
import type { Timers } from '../timers.ts'
import type { FileEnd } from './file-end.ts'
import { type Look, processSizeLooks, type SizeLooks } from './size-looks.ts'

/** What the served size depends on. */
export interface ServedSizeParts {
  /** Whether the disk was given no size. */
  readonly follows: boolean
  readonly canGrow: boolean
  readonly end: FileEnd
  readonly descriptor: Pick<Descriptor, 'isOpen' | 'resize' | 'sizeBytes'>
  readonly timers: Timers
  /** How often it is looked at; as files are unless given. */
  readonly lookMs?: number
  /** The process's own unless given. */
  readonly looks?: SizeLooks
}

/**
 * How much of a file is served. A disk that was given a size keeps it, whatever its file has, until it is given another;
 * one that has its file's own follows the file, which is looked at every so often.
 */
export class ServedSize {
  readonly #parts: ServedSizeParts
  readonly #looks: SizeLooks
  #follows = false
  #look: Look | undefined
  #stopWaiting: (() => void) | undefined
  /** What is done with the file's end, one thing after another. */
  #work: Promise<unknown> = Promise.resolve()

  constructor(parts: ServedSizeParts) {
    this.#parts = parts
    this.#looks = parts.looks ?? processSizeLooks
    this.#follow(parts.follows)
  }

  /** Looks at the file, and has the descriptor resized if that is how it is; resolves when that is done. */
  check(): Promise<void> {
    if (!this.#follows || !this.#parts.descriptor.isOpen) return Promise.resolve()
    this.#look ??= this.#looks.begin(() => this.#inTurn(() => this.#see()))
    const { done } = this.#look
    return done.then(() => {
      if (this.#look?.done === done) this.#look = undefined
    })
  }

  /**
   * Serves so much from now on, undefined: what the file has. A file that is too short is made longer; none is cut off.
   * Resolves with the fault that keeps it from that; nothing has changed then.
   */
  change(sizeBytes: number | undefined): Promise<StoreFault | undefined> {
    return this.#inTurn(() => this.#change(sizeBytes))
  }

  /** The file is being closed: resolves when nobody looks at it any more. */
  async stop(): Promise<void> {
    this.#follow(false)
    this.#look?.cancel()
    await this.#work
  }

  #follow(follows: boolean): void {
    this.#follows = follows
    this.#stopWaiting?.()
    this.#stopWaiting = follows ? this.#waitToLook() : undefined
  }

  #waitToLook(): () => void {
    const { timers, lookMs = storeLimits.sizeLookMs } = this.#parts
    return timers.after(lookMs, this.#lookAgain)
  }

  readonly #lookAgain = (): void => {
    this.#stopWaiting = undefined
    void this.check().then(() => {
      if (this.#follows && !this.#stopWaiting) this.#follow(true)
    })
  }

  #inTurn<Result>(run: () => Promise<Result>): Promise<Result> {
    const done = this.#work.then(run)
    this.#work = done.catch(() => {})
    return done
  }

  async #see(): Promise<void> {
    const { descriptor, end } = this.#parts
    const before = descriptor.sizeBytes
    let fileBytes: number
    try {
      fileBytes = await end.find()
    } catch {
      // What cannot be looked at answers no operation either: each of them says so.
      return
    }
    const sizeBytes = roundDown(fileBytes)
    if (!this.#follows || !descriptor.isOpen || sizeBytes === before || isNextToNothing(sizeBytes, before)) return
    descriptor.resize(sizeBytes)
  }

  async #change(asked: number | undefined): Promise<StoreFault | undefined> {
    const { canGrow, descriptor, end } = this.#parts
    if (!descriptor.isOpen) return StoreFault.gone
    try {
      const fileBytes = await end.find()
      const sizeBytes = roundDown(asked ?? fileBytes)
      const before = descriptor.sizeBytes
      if (fileBytes < sizeBytes && !canGrow) return StoreFault.readOnly
      if (fileBytes < sizeBytes) await end.extend(fileBytes, sizeBytes)
      if (!descriptor.isOpen || (asked === undefined && isNextToNothing(sizeBytes, before))) return StoreFault.gone
      this.#follow(asked === undefined)
      if (sizeBytes !== before) descriptor.resize(sizeBytes)
      return undefined
    } catch (error) {
      return faultOf(-negativeErrno(error))
    }
  }
}

/** A file that was cut off so far leaves no block. */
const isNextToNothing = (sizeBytes: number, before: number): boolean =>
  sizeBytes < before && sizeBytes < storeLimits.leastCutBytes
