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
