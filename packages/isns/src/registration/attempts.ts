import type { Timers } from '@lunkit/wire'
import type { RegistrarLimits } from '../limits.ts'

/** How long it is waited before the next attempt: longer each time, and at random, so that those that were lost together do not come back together. */
export class Attempts {
  readonly #limits: RegistrarLimits
  readonly #timers: Timers
  readonly #random: () => number
  #failed = 0
  #stop = () => {}
  #isLasting = false

  constructor(limits: RegistrarLimits, timers: Timers, random: () => number) {
    this.#limits = limits
    this.#timers = timers
    this.#random = random
  }

  /** An attempt has failed: the how many of a row it was, and how long it is to be waited. */
  failed(): { readonly attempt: number; readonly delayMs: number } {
    const { firstDelayMs, longestDelayMs } = this.#limits
    this.#failed++
    const most = Math.min(firstDelayMs * 2 ** Math.min(this.#failed - 1, 31), longestDelayMs)
    return { attempt: this.#failed, delayMs: Math.ceil(most * (1 - this.#random() / 2)) }
  }

  /** One has succeeded. Only when its connection lasts it is a new row: a server that always hangs up is not asked in a hurry. */
  succeeded(): void {
    if (this.#isLasting) return
    this.#isLasting = true
    this.#stop = this.#timers.after(this.#limits.longestDelayMs, () => {
      this.#failed = 0
    })
  }

  /** The connection is no more. */
  lost(): void {
    this.#stop()
    this.#isLasting = false
  }
}
