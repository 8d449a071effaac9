import { LogoutReason, type LogoutRequest, LogoutResponse, LogoutResponseCode, RejectReason } from '@lunkit/pdu'
import type { View } from '@lunkit/wire'
import { ConnectionEnd } from '../server/events.ts'
import { ConnectionEvent } from '../states/connection-states.ts'
import { Counter } from '../statistics.ts'
import type { FullFeatureConnection } from './full-feature-connection.ts'

/** RFC 7143 11.14: ends the session; with its only connection, either of the two reasons does. */
export function serveLogout(
  home: FullFeatureConnection,
  { reason, cid, initiatorTaskTag }: View<typeof LogoutRequest.fields>,
): RejectReason | undefined {
  switch (reason) {
    case LogoutReason.closeSession:
      logOut(home, initiatorTaskTag)
      return undefined
    case LogoutReason.closeConnection:
      if (cid === home.cid) logOut(home, initiatorTaskTag)
      else respond(home, initiatorTaskTag, LogoutResponseCode.cidNotFound)
      return undefined
    case LogoutReason.removeConnectionForRecovery:
      respond(home, initiatorTaskTag, LogoutResponseCode.recoveryNotSupported)
      return undefined
    default:
      return RejectReason.invalidPduField
  }
}

function logOut(home: FullFeatureConnection, initiatorTaskTag: number): void {
  home.statistics.add(Counter.logouts)
  home.deaf = true
  home.session.window.shut()
  home.connection.move(ConnectionEvent.logoutReceived)
  home.session.logOut(() => {
    if (home.closed) return
    respond(home, initiatorTaskTag, LogoutResponseCode.closed)
    home.connection.move(ConnectionEvent.logoutDone)
    home.connection.close(ConnectionEnd.logout)
  })
}

function respond(home: FullFeatureConnection, initiatorTaskTag: number, response: LogoutResponseCode): void {
  const { outbox, session } = home
  session.window.open()
  const out = outbox.answer(LogoutResponse)
  out.initiatorTaskTag = initiatorTaskTag
  out.response = response
  if (response !== LogoutResponseCode.cidNotFound) {
    out.time2Wait = Math.max(session.parameters.DefaultTime2Wait, session.comeBackAfterSeconds)
    out.time2Retain = session.parameters.DefaultTime2Retain
  }
  outbox.end()
}
