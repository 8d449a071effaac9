import type { AnswerOf, CallName, InputOf } from './methods/methods.ts'

/** A process that calls, as the kernel knows it (SO_PEERCRED of unix(7)). */
export interface Peer {
  readonly uid: number
  readonly gid: number
  readonly pid: number
}

/** Who calls a method. */
export interface Caller {
  /** Undefined where nobody can tell. */
  readonly peer: Peer | undefined
  /** Aborted when the caller has gone without waiting for the answer. */
  readonly gone: AbortSignal
}

/** An event that is to be told. */
export type ToldEvent = AnswerOf<'events'>

/**
 * What a daemon does for its clients: one function a method. What it is given is checked; what it answers is checked too, and
 * passwords are taken out of it. It throws a `ControlFault`, or an EditError or ConfigError of `@lunkit/config`, for what it
 * does not do; anything else is a bug, and told as one.
 */
export type ControlService = {
  readonly [M in CallName]: (input: InputOf<M>, caller: Caller) => Promise<AnswerOf<M>>
} & {
  /** Tells what happens from now on, until the function that it resolves to is called. */
  readonly events: (input: InputOf<'events'>, tell: (event: ToldEvent) => void) => Promise<() => void>
}
