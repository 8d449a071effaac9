import type { ConnectionSurroundings } from '../connection/connection-surroundings.ts'
import type { LateAnswers } from '../login/late-answers.ts'
import type { SessionRegistry } from '../session/session-registry.ts'
import type { Traces } from '../trace/traces.ts'
import type { Directory } from './directory.ts'
import type { KeepOut } from './kept-out.ts'
import type { LoginProof } from './login-proof.ts'

/** What all connections of a server share. */
export interface Surroundings extends ConnectionSurroundings {
  readonly registry: SessionRegistry
  readonly directory: Directory
  readonly traces: Traces
  /** What discovery sessions must prove. */
  discovery: LoginProof
  /** Which logins are kept out for a while. */
  keepOut: KeepOut
  /** Logins that have failed, and are told so in a while. */
  readonly lateAnswers: LateAnswers
  /** Whether the server takes no logins any more. */
  draining: boolean
}
