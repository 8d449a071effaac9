import type { CounterPlace, Row } from '@lunkit/statistics'
import type { TargetLimits } from '../limits.ts'
import { portalMetrics } from '../portal-metrics.ts'
import { Counter, type TargetStatistics } from '../statistics.ts'
import { ConnectionRefusal, type RefusedConnection } from './connection-refusal.ts'
import { LoginQueue } from './login-queue.ts'
import type { PortalAddress } from './portal-address.ts'
import { PortalRows } from './portal-rows.ts'

const { connectionsRefused } = portalMetrics.at
const counters: Readonly<Partial<Record<ConnectionRefusal, CounterPlace>>> = {
  [ConnectionRefusal.connections]: Counter.connectionsRefusedInAll,
  [ConnectionRefusal.inLogin]: Counter.connectionsRefusedInLogin,
  [ConnectionRefusal.ofSource]: Counter.connectionsRefusedOfSource,
}

/** Where connections come in: whether there is a place for one, and which portal it is counted at. */
export class ConnectionEntry {
  readonly logins: LoginQueue
  readonly rows: PortalRows
  /** None comes in any more. */
  closed = false
  readonly #limits: TargetLimits
  readonly #statistics: TargetStatistics

  constructor(limits: TargetLimits, statistics: TargetStatistics) {
    this.#limits = limits
    this.#statistics = statistics
    this.logins = new LoginQueue(limits, statistics)
    this.rows = new PortalRows(statistics)
  }

  /** Why no connection from this address may come in beside those that are open; undefined when there is a place for it now. */
  refusal(source: string, open: number): RefusedConnection | undefined {
    const { connections } = this.#limits
    if (this.closed) return { counted: ConnectionRefusal.shuttingDown, reason: 'the target is shutting down' }
    if (open >= connections)
      return { counted: ConnectionRefusal.connections, reason: `there are ${connections} connections` }
    return this.logins.refusal(source)
  }

  /** Counts one that was refused, in all and in the row of its portal, which is given back. */
  refused({ counted }: RefusedConnection, row: Row): void {
    this.#statistics.add(Counter.connectionsRefused)
    const place = counters[counted]
    if (place !== undefined) this.#statistics.add(place)
    row.add(connectionsRefused[counted])
    row.release()
  }

  /** Counts one that the system could not hand over at this address. */
  failed(portal: PortalAddress): void {
    this.#statistics.add(Counter.acceptsFailed)
    const row = this.rows.at(portal)
    row.add(connectionsRefused.system)
    row.release()
  }
}
