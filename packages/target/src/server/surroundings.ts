import type { ConnectionSurroundings } from '../connection/connection-surroundings.ts'
import type { SessionRegistry } from '../session/session-registry.ts'
import type { Traces } from '../trace/traces.ts'
import type { Directory } from './directory.ts'

/** What all connections of a server share. */
export interface Surroundings extends ConnectionSurroundings {
  readonly registry: SessionRegistry
  readonly directory: Directory
  readonly traces: Traces
  /** Whether discovery sessions must prove who they are. */
  discoveryAuthentication: boolean
  /** Whether the server takes no logins any more. */
  draining: boolean
}
