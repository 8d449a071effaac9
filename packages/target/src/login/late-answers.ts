import type { TargetLimits } from '../limits.ts'
import { Counter, type TargetStatistics } from '../statistics.ts'
import type { CancelDeadline, Timers } from '../timer-wheel.ts'

/** What late answers are bounded, timed and counted by. */
export interface LateAnswersOptions {
  readonly limits: TargetLimits
  readonly timers: Timers
  readonly statistics: TargetStatistics
}

/** An answer that may wait. */
export interface HeldAnswer {
  /** Sends it, and ends its connection. */
  send(): void
  /** Does not wait for the peer to close that. */
  drop(): void
}

interface LateAnswer {
  readonly held: HeldAnswer
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

  /** Sends this answer in a while, once; what is returned takes it back. */
  hold(held: HeldAnswer): CancelDeadline {
    const answer = { held, cancel: this.#timers.after(this.#limits.failedLoginDelayMs, () => this.#send(answer)) }
    this.#waiting.add(answer)
    while (this.#waiting.size > this.#limits.failedLoginsHeld) this.#sendOldest()
    return () => this.#forget(answer)
  }

  /** Sends the one that waits for longest, and leaves nothing of its connection, for which another one comes; whether there is one. */
  answerOldest(): boolean {
    const oldest = this.#sendOldest()
    oldest?.held.drop()
    return oldest !== undefined
  }

  #sendOldest(): LateAnswer | undefined {
    const [oldest] = this.#waiting
    if (!oldest) return undefined
    this.#statistics.add(Counter.loginsAnsweredEarly)
    this.#send(oldest)
    return oldest
  }

  #send(answer: LateAnswer): void {
    this.#forget(answer)
    answer.held.send()
  }

  #forget(answer: LateAnswer): void {
    answer.cancel()
    this.#waiting.delete(answer)
  }
}
