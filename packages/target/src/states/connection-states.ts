import type { Machine } from './machine.ts'

/** RFC 7143 8.1.1 and 8.2.1: the states of a connection at a target. */
export const ConnectionState = {
  free: 'FREE',
  xptUp: 'XPT_UP',
  inLogin: 'IN_LOGIN',
  loggedIn: 'LOGGED_IN',
  inLogout: 'IN_LOGOUT',
  logoutRequested: 'LOGOUT_REQUESTED',
  cleanupWait: 'CLEANUP_WAIT',
} as const
export type ConnectionState = (typeof ConnectionState)[keyof typeof ConnectionState]

/** What moves a connection. */
export const ConnectionEvent = {
  accepted: 'accepted',
  loginReceived: 'loginReceived',
  loginAccepted: 'loginAccepted',
  /** The login was refused, took too long, or the transport went away in it. */
  loginEnded: 'loginEnded',
  logoutReceived: 'logoutReceived',
  logoutAsked: 'logoutAsked',
  /** The connection's tasks have ended and the Logout Response is on its way. */
  logoutDone: 'logoutDone',
  /** A new login has replaced the session. */
  reinstated: 'reinstated',
  /** The transport went away, or the target has ended it. */
  lost: 'lost',
  /** Nothing is left of the connection's tasks. */
  cleaned: 'cleaned',
} as const
export type ConnectionEvent = (typeof ConnectionEvent)[keyof typeof ConnectionEvent]

/**
 * The target's side of RFC 7143 8.1.4. At ErrorRecoveryLevel 0 a connection's state times out at once, so that
 * CLEANUP_WAIT is left by M1 alone, and IN_CLEANUP (8.2) is never entered.
 */
export const connectionMachine: Machine<ConnectionState, ConnectionEvent> = {
  FREE: {
    means: 'before the first byte, and after the end',
    transitions: [{ on: 'accepted', to: 'XPT_UP', rule: 'T3' }],
  },
  XPT_UP: {
    means: 'waits for the first Login Request',
    transitions: [
      { on: 'loginReceived', to: 'IN_LOGIN', rule: 'T4' },
      { on: 'lost', to: 'FREE', rule: 'T6' },
    ],
  },
  IN_LOGIN: {
    means: 'the login is under way',
    transitions: [
      { on: 'loginAccepted', to: 'LOGGED_IN', rule: 'T5' },
      { on: 'loginEnded', to: 'FREE', rule: 'T7' },
      { on: 'lost', to: 'FREE', rule: 'T7' },
    ],
  },
  LOGGED_IN: {
    means: 'full feature phase',
    transitions: [
      { on: 'reinstated', to: 'FREE', rule: 'T8' },
      { on: 'logoutReceived', to: 'IN_LOGOUT', rule: 'T9' },
      { on: 'logoutAsked', to: 'LOGOUT_REQUESTED', rule: 'T11' },
      { on: 'lost', to: 'CLEANUP_WAIT', rule: 'T15' },
    ],
  },
  IN_LOGOUT: {
    means: 'the logout is being served',
    transitions: [
      { on: 'logoutDone', to: 'FREE', rule: 'T13' },
      { on: 'reinstated', to: 'FREE', rule: 'T13' },
      { on: 'lost', to: 'CLEANUP_WAIT', rule: 'T17' },
    ],
  },
  LOGOUT_REQUESTED: {
    means: 'the initiator was asked to log out',
    transitions: [
      { on: 'logoutReceived', to: 'IN_LOGOUT', rule: 'T10' },
      { on: 'logoutAsked', to: 'LOGOUT_REQUESTED', rule: 'T12' },
      { on: 'reinstated', to: 'FREE', rule: 'T18' },
      { on: 'lost', to: 'CLEANUP_WAIT', rule: 'T16' },
    ],
  },
  CLEANUP_WAIT: {
    means: 'tasks of a lost connection are still ending',
    transitions: [{ on: 'cleaned', to: 'FREE', rule: 'M1' }],
  },
}
