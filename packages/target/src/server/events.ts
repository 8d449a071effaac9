import type { LoginStatus } from '@lunkit/pdu'
import type { LoginCause } from '../login/login-cause.ts'
import type { SessionDescription } from '../session/session-description.ts'
import type { ConnectionState } from '../states/connection-states.ts'
import type { ConnectionRefusedEvent } from './connection-refusal.ts'
import type { PortalAddress } from './portal-address.ts'

/** Why a connection ended. */
export const ConnectionEnd = {
  /** The initiator logged out, or a discovery session was closed by its peer. */
  logout: 'logout',
  /** The peer has closed the connection, or the network did. */
  peerClosed: 'peerClosed',
  loginRefused: 'loginRefused',
  loginTimedOut: 'loginTimedOut',
  /** It had not logged in, and gave its place to another connection. */
  displaced: 'displaced',
  /** A PDU could not be followed: a header digest, a length. */
  formatError: 'formatError',
  /** A PDU that the standard does not allow, and that could not be answered with Reject. */
  protocolError: 'protocolError',
  /** A NOP-In was not answered, or nothing of the output was read for as long. */
  unresponsive: 'unresponsive',
  /** A discovery session had nothing to say. */
  idle: 'idle',
  /** The peer does not read and goes on asking. */
  outputLimit: 'outputLimit',
  /** A new login replaced the session. */
  reinstated: 'reinstated',
  /** A new connection took its place in the session, which goes on. */
  connectionReinstated: 'connectionReinstated',
  /** A reset that ends sessions was performed. */
  reset: 'reset',
  /** An administrator or a shutdown ended it. */
  ended: 'ended',
  /** A bug of the target. */
  fault: 'fault',
} as const
export type ConnectionEnd = (typeof ConnectionEnd)[keyof typeof ConnectionEnd]

/** What a server tells its listener: for logs, and for whoever shows what is going on. */
export type TargetEvent =
  | { readonly kind: 'portalOpened'; readonly portal: PortalAddress }
  | { readonly kind: 'portalFailed'; readonly portal: PortalAddress; readonly error: Error }
  /** A connection could not be taken over from the system, for want of descriptors or memory, and was closed. */
  | { readonly kind: 'acceptFailed'; readonly portal: PortalAddress; readonly error: Error }
  | ConnectionRefusedEvent
  | {
      readonly kind: 'loginRefused'
      readonly remote: string
      /** Where it came to, with the port. */
      readonly local: string
      /** As it was said, in quotes where it is no single word; undefined where none was. */
      readonly initiatorName: string | undefined
      /** Undefined where none was named. */
      readonly targetName: string | undefined
      /** The portal group of that target; undefined where it did not come so far. */
      readonly targetPortalGroupTag: number | undefined
      /** The class and the detail that it was answered with, RFC 7143 11.13.5. */
      readonly status: LoginStatus
      /** As what it is counted. */
      readonly cause: LoginCause
      /** For people: nothing of it was sent. */
      readonly reason: string
    }
  | { readonly kind: 'sessionStarted'; readonly session: SessionDescription }
  | { readonly kind: 'sessionEnded'; readonly session: SessionDescription; readonly why: ConnectionEnd }
  | {
      readonly kind: 'connectionEnded'
      readonly remote: string
      readonly state: ConnectionState
      readonly why: ConnectionEnd
      /** What a person should know about it. */
      readonly detail?: string
    }
  /** A bug of the target that ended one connection. */
  | { readonly kind: 'fault'; readonly remote: string; readonly error: unknown }

/** Hears what a server tells; it must not throw. */
export type TargetListener = (event: TargetEvent) => void
