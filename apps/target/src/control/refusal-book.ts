import type { TargetEvent } from 'lunkit'
import { type RefusalCause, refusalRemedy } from '../serving/refusal-remedies.ts'

/** Who was turned away. */
export interface Refusal {
  readonly at: Date
  /** Address and port: `10.0.0.7:51234`. */
  readonly remote: string
  /** Where it came to, with the port. */
  readonly portal: string
  readonly initiator: string | null
  readonly target: string | null
  /** Of that target's portal group. */
  readonly tag: number | null
  /** Class and detail of the Login Response, four hexadecimal digits; null: the connection was closed without one. */
  readonly status: string | null
  readonly cause: RefusalCause
  /** In words. */
  readonly reason: string
  /** What to do, in words and commands. */
  readonly remedy: string
  /** How often, in a row; the others came from other ports of the address. */
  readonly times: number
}

/** So many are kept; whoever knocks again and again takes one place. */
const KEPT = 1000
const STATUS_DIGITS = 4

const hostOf = (remote: string): string => remote.slice(0, remote.lastIndexOf(':'))

const isRepeated = (one: Refusal, other: Refusal): boolean =>
  hostOf(one.remote) === hostOf(other.remote) &&
  one.portal === other.portal &&
  one.initiator === other.initiator &&
  one.target === other.target &&
  one.reason === other.reason

/** What a target server tells of who was turned away. */
export type RefusalEvent = Extract<TargetEvent, { kind: 'loginRefused' | 'connectionRefused' }>

/** What is told of a refusal, wherever it is told. */
export function toldRefusal(event: RefusalEvent): Omit<Refusal, 'at' | 'times'> {
  const { remote, local: portal, cause, reason } = event
  const who =
    event.kind === 'loginRefused'
      ? {
          initiator: event.initiatorName ?? null,
          target: event.targetName ?? null,
          tag: event.targetPortalGroupTag ?? null,
          status: event.status.toString(16).padStart(STATUS_DIGITS, '0'),
        }
      : { initiator: null, target: null, tag: null, status: null }
  return { remote, portal, ...who, cause, reason, remedy: refusalRemedy(cause, who) }
}

/** The logins and connections that were refused last, and how many there were of each cause. */
export class RefusalBook {
  #refusals: Refusal[] = []
  readonly #counts = new Map<RefusalCause, number>()

  /** What a target server tells. */
  heard(event: TargetEvent): void {
    if (event.kind !== 'loginRefused' && event.kind !== 'connectionRefused') return
    this.#counts.set(event.cause, (this.#counts.get(event.cause) ?? 0) + 1)
    this.#note({ at: new Date(), ...toldRefusal(event), times: 1 })
  }

  /** The newest first. */
  newest(limit: number): readonly Refusal[] {
    return this.#refusals.slice(-limit).reverse()
  }

  /** How many there were since the start, by cause; the most frequent first. */
  get counts(): readonly { readonly cause: RefusalCause; readonly times: number }[] {
    return [...this.#counts].map(([cause, times]) => ({ cause, times })).sort((one, other) => other.times - one.times)
  }

  #note(refusal: Refusal): void {
    const last = this.#refusals.at(-1)
    if (last !== undefined && isRepeated(last, refusal))
      this.#refusals[this.#refusals.length - 1] = { ...refusal, times: last.times + 1 }
    else this.#refusals.push(refusal)
    if (this.#refusals.length > KEPT) this.#refusals.shift()
  }
}
