import type { ConnectionEnd } from '../server/events.ts'
import type { TaskConnection } from '../transfer/task.ts'

/** What a session asks of each connection that serves it. */
export interface ServingConnection extends TaskConnection {
  /** What the initiator calls it. */
  readonly cid: number
  /** The initiator was asked to log out. */
  readonly logoutRequested: boolean
  /** Tells the initiator the command window, though it has not asked. */
  tellWindow(): void
  /** What is on its way is not wanted any more. */
  dropArriving(): void
  /** Ends it now. */
  end(why: ConnectionEnd): void
  /** Ends it after what was composed is sent. */
  close(why: ConnectionEnd): void
}
