import { ConnectionEnd } from '../server/events.ts'

/** What ended a session, as it is counted. */
export const SessionEnd = {
  /** Its initiator logged out. */
  normal: 'normal',
  /** It did because the target had asked for it. */
  targetRequested: 'target_requested',
  connectionLost: 'connection_lost',
  /** Nothing was heard of the initiator, or nothing that it had to say. */
  timeout: 'timeout',
  /** A login has taken its place, or that of its connection. */
  reinstated: 'reinstated',
  reset: 'reset',
  /** An administrator or a shutdown, without a logout. */
  ended: 'ended',
} as const
export type SessionEnd = (typeof SessionEnd)[keyof typeof SessionEnd]

const ends: Readonly<Partial<Record<ConnectionEnd, SessionEnd>>> = {
  [ConnectionEnd.unresponsive]: SessionEnd.timeout,
  [ConnectionEnd.idle]: SessionEnd.timeout,
  [ConnectionEnd.reinstated]: SessionEnd.reinstated,
  [ConnectionEnd.connectionReinstated]: SessionEnd.reinstated,
  [ConnectionEnd.reset]: SessionEnd.reset,
  [ConnectionEnd.ended]: SessionEnd.ended,
}

/** As what the end of a session's connection counts; `asked`: the target had asked for a logout. */
export function sessionEndOf(why: ConnectionEnd, asked: boolean): SessionEnd {
  if (why === ConnectionEnd.logout) return asked ? SessionEnd.targetRequested : SessionEnd.normal
  return ends[why] ?? SessionEnd.connectionLost
}
