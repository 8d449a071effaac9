import type { Timers } from '@lunkit/wire'
import { SIZE_LOOK_EVERY_MS, SIZE_LOOK_MS } from '../limits.ts'

/** The part of a store that says how large it is. */
export interface MeasuredStore {
  checkSize(): Promise<void>
}

/**
 * Looks whether a medium has become larger or smaller by itself, before its size is told: not for every command that tells
 * it, and not for longer than an initiator can wait.
 */
export class SizeLook {
  readonly #store: MeasuredStore
  readonly #timers: Timers
  /** Undefined: it was not looked lately. */
  #forgetLast: (() => void) | undefined

  constructor(store: MeasuredStore, timers: Timers) {
    this.#store = store
    this.#timers = timers
  }

  /** Resolves when the store has looked, or does not for SIZE_LOOK_MS; undefined: it did lately. */
  take(): Promise<void> | undefined {
    if (this.#forgetLast) return undefined
    this.#forgetLast = this.#timers.after(SIZE_LOOK_EVERY_MS, () => {
      this.#forgetLast = undefined
    })
    return new Promise(resolve => {
      const cancel = this.#timers.after(SIZE_LOOK_MS, resolve)
      void this.#store.checkSize().then(() => {
        cancel()
        resolve()
      })
    })
  }

  /** Has no timer run any more. */
  stop(): void {
    this.#forgetLast?.()
  }
}
