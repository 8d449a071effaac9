import {
  LogoutReason,
  type LogoutRequest,
  LogoutResponse,
  LogoutResponseCode,
  type ReceivedHeader,
  RejectReason,
} from '@lunkit/pdu'
import type { View } from '@lunkit/wire'
import { ConnectionEnd } from '../server/events.ts'
import { ConnectionEvent } from '../states/connection-states.ts'
import { Counter } from '../statistics.ts'
import type { FullFeature } from './full-feature.ts'
import type { RequestBody } from './pdu-table.ts'

/** RFC 7143 11.14: ends the session; with its only connection, either of the two reasons does. */
export function serveLogout(
  home: FullFeature,
  { reason, cid, initiatorTaskTag }: View<typeof LogoutRequest.fields>,
  _body: RequestBody,
  header: ReceivedHeader,
): void {
  switch (reason) {
    case LogoutReason.closeSession:
      return logOut(home, initiatorTaskTag)
    case LogoutReason.closeConnection:
      if (cid === home.cid) return logOut(home, initiatorTaskTag)
      return respond(home, initiatorTaskTag, LogoutResponseCode.cidNotFound)
    case LogoutReason.removeConnectionForRecovery:
      return respond(home, initiatorTaskTag, LogoutResponseCode.recoveryNotSupported)
    default:
      return home.reject(header, RejectReason.invalidPduField)
  }
}

function logOut(home: FullFeature, initiatorTaskTag: number): void {
  home.statistics.add(Counter.logouts)
  home.deaf = true
  home.window.shut()
  home.connection.move(ConnectionEvent.logoutReceived)
  home.session.logOut(() => {
    if (home.closed) return
    respond(home, initiatorTaskTag, LogoutResponseCode.closed)
    home.connection.move(ConnectionEvent.logoutDone)
    home.connection.close(ConnectionEnd.logout)
  })
}

function respond(home: FullFeature, initiatorTaskTag: number, response: LogoutResponseCode): void {
  const { outbox, window, parameters } = home
  window.open()
  const out = outbox.begin(LogoutResponse)
  out.initiatorTaskTag = initiatorTaskTag
  out.response = response
  out.statSN = outbox.takeStatSN()
  out.expCmdSN = window.expCmdSN
  out.maxCmdSN = window.maxCmdSN
  if (response !== LogoutResponseCode.cidNotFound) {
    out.time2Wait = parameters.DefaultTime2Wait
    out.time2Retain = parameters.DefaultTime2Retain
  }
  outbox.end()
}
