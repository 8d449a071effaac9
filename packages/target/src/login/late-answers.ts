import type { TargetLimits } from '../limits.ts'
import { Counter, type TargetStatistics } from '../statistics.ts'
import type { CancelDeadline, Timers } from '../timer-wheel.ts'

/** What late answers are bounded, timed and counted by. */
export interface LateAnswersOptions {
  readonly limits: TargetLimits
  readonly timers: Timers
  readonly statistics: TargetStatistics
}

interface LateAnswer {
  readonly send: () => void
  readonly cancel: CancelDeadline
}

/**
 * Answers to logins that gave a wrong name or secret: who tries secrets has to wait for each. Nobody else does. How many
 * wait is limited; the oldest is sent when there would be more, so that no initiator is ever kept out by them.
 */
export class LateAnswers {
  readonly #limits: TargetLimits
  readonly #timers: Timers
  readonly #statistics: TargetStatistics
  readonly #waiting = new Set<LateAnswer>()

  constructor({ limits, timers, statistics }: LateAnswersOptions) {
    this.#limits = limits
    this.#timers = timers
    this.#statistics = statistics
  }

  /** Calls `send` in a while, once; what is answered takes it back. */
  hold(send: () => void): CancelDeadline {
    const answer = { send, cancel: this.#timers.after(this.#limits.failedLoginDelayMs, () => this.#send(answer)) }
    this.#waiting.add(answer)
    for (const oldest of this.#waiting) {
      if (this.#waiting.size <= this.#limits.failedLoginsHeld) break
      this.#statistics.add(Counter.loginsAnsweredEarly)
      this.#send(oldest)
    }
    return () => this.#forget(answer)
  }

  #send(answer: LateAnswer): void {
    this.#forget(answer)
    answer.send()
  }

  #forget(answer: LateAnswer): void {
    answer.cancel()
    this.#waiting.delete(answer)
  }
}
