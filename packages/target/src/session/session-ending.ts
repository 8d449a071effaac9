import { ConnectionEnd } from '../server/events.ts'
import type { Timers } from '../timer-wheel.ts'
import type { Session } from './session.ts'

/** Ends a session now, and tells its initiator. */
export function announceEnd({ connections }: Session): void {
  for (const connection of connections) connection.announceEnd(ConnectionEnd.ended)
}

/** Asks an initiator to log out (RFC 7143 11.9.1, event 1); how long it may take is told in seconds. */
export function askToLogOut({ connections }: Session, graceMs: number): void {
  for (const connection of connections) connection.requestLogout(Math.ceil(graceMs / 1000))
}

/** Has initiators log out, and ends their sessions after the time of grace; resolves when nothing is left of them. */
export async function logOut(sessions: readonly Session[], timers: Timers, graceMs: number): Promise<void> {
  if (sessions.length === 0) return
  const gone = sessions.map(session => new Promise<void>(resolve => session.whenGone(resolve)))
  for (const session of sessions) askToLogOut(session, graceMs)
  const cancel = timers.after(graceMs, () => {
    for (const session of sessions) announceEnd(session)
  })
  await Promise.all(gone)
  cancel()
}
