import type { Machine } from './machine.ts'

/** RFC 7143 8.3.3: the states of a session at a target. */
export const SessionState = {
  free: 'FREE',
  active: 'ACTIVE',
  loggedIn: 'LOGGED_IN',
  failed: 'FAILED',
} as const
export type SessionState = (typeof SessionState)[keyof typeof SessionState]

/** What moves a session. */
export const SessionEvent = {
  /** Its leading connection reached IN_LOGIN. */
  loginBegun: 'loginBegun',
  loginDone: 'loginDone',
  loginFailed: 'loginFailed',
  /** A logout, or a reinstatement while the connection was up, has closed it. */
  closed: 'closed',
  /** Its connection was lost. */
  connectionLost: 'connectionLost',
  /** Its state timed out or was cleared by a reinstatement, and its last task has ended. */
  timedOut: 'timedOut',
} as const
export type SessionEvent = (typeof SessionEvent)[keyof typeof SessionEvent]

/**
 * The target's side of RFC 7143 8.3.2. A session has one connection and ErrorRecoveryLevel 0, so that it is not continued
 * after it has failed: IN_CONTINUE (Q5) is not entered. One whose connection is reinstated before that stays in LOGGED_IN
 * by RFC 7143; here the new connection's begins as the old one's ends.
 */
export const sessionMachine: Machine<SessionState, SessionEvent> = {
  FREE: {
    means: 'before the login, and after the end',
    transitions: [{ on: 'loginBegun', to: 'ACTIVE', rule: 'N1' }],
  },
  ACTIVE: {
    means: 'its leading connection logs in',
    transitions: [
      { on: 'loginDone', to: 'LOGGED_IN', rule: 'N2' },
      { on: 'loginFailed', to: 'FREE', rule: 'N9' },
    ],
  },
  LOGGED_IN: {
    means: 'full feature phase',
    transitions: [
      { on: 'closed', to: 'FREE', rule: 'N3' },
      { on: 'connectionLost', to: 'FAILED', rule: 'N5' },
    ],
  },
  FAILED: {
    means: 'waits for the end of its tasks',
    transitions: [{ on: 'timedOut', to: 'FREE', rule: 'N6' }],
  },
}
