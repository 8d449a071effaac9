import type { TargetEvent } from 'lunkit'

/** Who was turned away. */
export interface Refusal {
  readonly at: Date
  /** Address and port: `10.0.0.7:51234`. */
  readonly remote: string
  readonly initiator: string | null
  readonly target: string | null
  /** In words. */
  readonly reason: string
  /** How often, in a row; the others came from other ports of the address. */
  readonly times: number
}

/** So many are kept; whoever knocks again and again takes one place. */
const KEPT = 1000

const hostOf = (remote: string): string => remote.slice(0, remote.lastIndexOf(':'))

const isRepeated = (one: Refusal, other: Refusal): boolean =>
  hostOf(one.remote) === hostOf(other.remote) &&
  one.initiator === other.initiator &&
  one.target === other.target &&
  one.reason === other.reason

/** The logins and connections that were refused last. */
export class RefusalBook {
  #refusals: Refusal[] = []

  /** What a target server tells. */
  heard(event: TargetEvent): void {
    if (event.kind !== 'loginRefused' && event.kind !== 'connectionRefused') return
    const { remote, reason } = event
    const { initiatorName: initiator = null, targetName: target = null } = event.kind === 'loginRefused' ? event : {}
    this.#note({ at: new Date(), remote, initiator, target, reason, times: 1 })
  }

  /** The newest first. */
  newest(limit: number): readonly Refusal[] {
    return this.#refusals.slice(-limit).reverse()
  }

  #note(refusal: Refusal): void {
    const last = this.#refusals.at(-1)
    if (last !== undefined && isRepeated(last, refusal))
      this.#refusals[this.#refusals.length - 1] = { ...refusal, times: last.times + 1 }
    else this.#refusals.push(refusal)
    if (this.#refusals.length > KEPT) this.#refusals.shift()
  }
}
