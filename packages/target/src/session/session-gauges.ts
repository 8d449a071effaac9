import type { FullFeatureSession } from './full-feature-session.ts'
import type { SessionDescription } from './session-description.ts'

/** One quantity that a session has at any time, with what it means. */
interface Gauge {
  readonly meaning: string
  readonly of: (session: FullFeatureSession) => number
}

const gauge = (meaning: string, of: Gauge['of']): Gauge => ({ meaning, of })

/** What a session holds and may hold, read when somebody asks: nothing is written for it on the way of a command. */
export const sessionGauges = {
  commandsInProgress: gauge('numbered commands in progress', ({ window }) => window.inProgress),
  commandsInvited: gauge('commands that the initiator may still send, by MaxCmdSN', ({ window }) => window.invited),
  tasks: gauge('tasks, with those whose data is only drained', ({ tasks }) => tasks.size),
  dataOutHeldBytes: gauge('bytes of data-out held in transfer memory', ({ memory }) => memory.heldBytes),
  dataOutShareBytes: gauge('bytes of data-out that it may hold', ({ share }) => share.dataOutBytes),
  dataInReservedBytes: gauge(
    'bytes of data-in that tasks have read, or may read',
    ({ reservedBytes }) => reservedBytes,
  ),
  dataInShareBytes: gauge('bytes of data-in that it may have read and not sent', ({ share }) => share.dataInBytes),
  outputQueuedBytes: gauge('bytes of PDUs that its socket has not taken', ({ queuedBytes }) => queuedBytes),
} as const

/** The name of a session's gauge. */
export type SessionGauge = keyof typeof sessionGauges

/** A session and what its gauges say now. */
export interface SessionLoad {
  readonly session: SessionDescription
  readonly gauges: Readonly<Record<SessionGauge, number>>
}

/** What the gauges of a session say now. */
export function readGauges(session: FullFeatureSession): SessionLoad['gauges'] {
  const values = Object.entries(sessionGauges).map(([name, { of }]) => [name, of(session)])
  return Object.fromEntries(values) as Record<SessionGauge, number>
}
