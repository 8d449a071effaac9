import type { ByteStream } from '../connection/byte-stream.ts'
import { formatAddress } from './portal-address.ts'

/** What a connection was refused for, as it is counted. */
export const ConnectionRefusal = {
  /** There are as many as there may be. */
  connections: 'connections',
  /** As many have not logged in as may be. */
  inLogin: 'in_login',
  /** As many of its source have not. */
  ofSource: 'of_source',
  shuttingDown: 'shutting_down',
  /** The system had no descriptor or no memory for it. */
  system: 'system',
} as const
export type ConnectionRefusal = (typeof ConnectionRefusal)[keyof typeof ConnectionRefusal]

/** A connection that is refused. */
export interface RefusedConnection {
  readonly counted: ConnectionRefusal
  /** For people. */
  readonly reason: string
}

/** What is told of it. */
export interface ConnectionRefusedEvent {
  readonly kind: 'connectionRefused'
  readonly remote: string
  /** Where it came to, with the port. */
  readonly local: string
  /** As what it is counted. */
  readonly cause: ConnectionRefusal
  readonly reason: string
}

/** What is told of a connection that came by a stream. */
export const refusedConnection = (
  { remote, local }: Pick<ByteStream, 'remote' | 'local'>,
  { counted: cause, reason }: RefusedConnection,
): ConnectionRefusedEvent => ({
  kind: 'connectionRefused',
  remote: formatAddress(remote),
  local: formatAddress(local),
  cause,
  reason,
})
