import { ConnectionEnd } from '../server/events.ts'
import type { Timers } from '../timer-wheel.ts'
import type { Session } from './session.ts'

/** Ends a session now, and tells its initiator. */
export function announceEnd({ connections }: Session): void {
  for (const connection of connections) connection.announceEnd(ConnectionEnd.ended)
}

/** How long a session that is to end has for it, and when its initiator may come back. */
export interface LogoutTimes {
  /** How long its initiator has to log out before it is ended, in milliseconds; told in seconds. */
  readonly graceMs: number
  /** After how long the initiator is to come back (Time2Wait, RFC 7143 11.15.3), in seconds; what was negotiated when left out. */
  readonly comeBackAfterSeconds?: number
}

/** What came of sessions that were to end. */
export interface Drained {
  readonly sessions: number
  /** Those that had to be ended, because their initiators had not logged out. */
  readonly ended: number
}

/** Asks an initiator to log out (RFC 7143 11.9.1, event 1); how long it may take is told in seconds. */
export function askToLogOut(
  { connections, fullFeature }: Session,
  { graceMs, comeBackAfterSeconds }: LogoutTimes,
): void {
  if (fullFeature && comeBackAfterSeconds !== undefined) fullFeature.comeBackAfterSeconds = comeBackAfterSeconds
  for (const connection of connections) connection.requestLogout(Math.ceil(graceMs / 1000))
}

/** Has initiators log out, and ends their sessions after the time of grace; resolves when nothing is left of them. */
export async function logOut(sessions: readonly Session[], timers: Timers, times: LogoutTimes): Promise<Drained> {
  if (sessions.length === 0) return { sessions: 0, ended: 0 }
  let [left, ended] = [sessions.length, 0]
  const gone = sessions.map(async session => {
    await new Promise<void>(resolve => session.whenGone(resolve))
    left--
  })
  for (const session of sessions) askToLogOut(session, times)
  const cancel = timers.after(times.graceMs, () => {
    ended = left
    for (const session of sessions) announceEnd(session)
  })
  await Promise.all(gone)
  cancel()
  return { sessions: sessions.length, ended }
}
