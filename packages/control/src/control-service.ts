import type { MadeAnswer } from './made-answer.ts'
import type { AnswerOf, CallName, InputOf, MADE_ELSEWHERE } from './methods/methods.ts'
import type { TokenRole } from './tls/token-role.ts'

/** A process that calls, as the kernel knows it (SO_PEERCRED of unix(7)). */
export interface Peer {
  readonly uid: number
  readonly gid: number
  readonly pid: number
}

/** Somebody who calls by TLS, known by a token. */
export interface TokenHolder {
  /** The name that the token has. */
  readonly token: string
  readonly role: TokenRole
  /** The address and port that the call comes from. */
  readonly remote: string
}

/** Who calls a method. */
export interface Caller {
  /** Undefined where nobody can tell, which is never so by TLS. */
  readonly peer: Peer | TokenHolder | undefined
  /** Aborted when the caller has gone without waiting for the answer. */
  readonly gone: AbortSignal
}

/** An event that is to be told. */
export type ToldEvent = AnswerOf<'events'>

/** PDUs that are to be told. */
export type ToldTrace = AnswerOf<'trace'>

/** An answer that is JSON already, where it may be. */
type Made<M extends CallName> = M extends (typeof MADE_ELSEWHERE)[number] ? MadeAnswer : never

/**
 * What a daemon does for its clients: one function a method. What it is given is checked; what it answers is checked too, and
 * passwords are taken out of it. It throws a `ControlFault`, or an EditError or ConfigError of `@lunkit/config`, for what it
 * does not do; anything else is a bug, and told as one.
 */
export type ControlService = {
  readonly [M in CallName]: (input: InputOf<M>, caller: Caller) => Promise<AnswerOf<M> | Made<M>>
} & {
  /** Tells what happens from now on, until the function that it resolves to is called. */
  readonly events: (input: InputOf<'events'>, tell: (event: ToldEvent) => void) => Promise<() => void>
  /**
   * Tells PDUs from now on, until the function that it resolves to is called. `tell` answers whether they were taken; those that were
   * not are lost, and it is up to the service to say so with the next.
   */
  readonly trace: (input: InputOf<'trace'>, tell: (told: ToldTrace) => boolean) => Promise<() => void>
}
