import type { CounterPlace, Row } from '@lunkit/statistics'
import type { TargetLimits } from '../limits.ts'
import type { LateAnswers } from '../login/late-answers.ts'
import { portalMetrics } from '../portal-metrics.ts'
import { Counter, type TargetStatistics } from '../statistics.ts'
import { ConnectionRefusal, type RefusedConnection } from './connection-refusal.ts'
import { LoginQueue, type LoginQueueOptions } from './login-queue.ts'
import type { PortalAddress } from './portal-address.ts'
import { PortalRows } from './portal-rows.ts'

const { connectionsRefused } = portalMetrics.at
const counters: Readonly<Partial<Record<ConnectionRefusal, CounterPlace>>> = {
  [ConnectionRefusal.connections]: Counter.connectionsRefusedInAll,
  [ConnectionRefusal.inLogin]: Counter.connectionsRefusedInLogin,
  [ConnectionRefusal.ofSource]: Counter.connectionsRefusedOfSource,
}

/** What connections that come in are bounded, timed and counted by, and the refused ones that may give way to them. */
export interface ConnectionEntryOptions extends LoginQueueOptions {
  readonly lateAnswers: LateAnswers
}

/** Where connections come in: whether there is a place for one, and which portal it is counted at. */
export class ConnectionEntry {
  readonly logins: LoginQueue
  readonly rows: PortalRows
  /** None comes in any more. */
  closed = false
  readonly #limits: TargetLimits
  readonly #statistics: TargetStatistics
  readonly #lateAnswers: LateAnswers

  constructor(options: ConnectionEntryOptions) {
    const { limits, statistics, lateAnswers } = options
    this.#limits = limits
    this.#statistics = statistics
    this.#lateAnswers = lateAnswers
    this.logins = new LoginQueue(options)
    this.rows = new PortalRows(statistics)
  }

  /**
   * Why no connection from this address may come in beside those that are open; undefined when there is a place for it now. One that
   * has been refused, and waits for its answer, gives way.
   */
  refusal(source: string, open: number): RefusedConnection | undefined {
    const { connections } = this.#limits
    if (this.closed) return { counted: ConnectionRefusal.shuttingDown, reason: 'the target is shutting down' }
    if (open >= connections && !this.#lateAnswers.answerOldest())
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
