import { AsyncEvent, AsyncMessage, DROP, InitiatorOpcode, type ReceivedHeader, RejectReason } from '@lunkit/pdu'
import type { Phase } from '../connection/phase.ts'
import { ConnectionEnd } from '../server/events.ts'
import { ConnectionEvent, ConnectionState } from '../states/connection-states.ts'
import { Counter } from '../statistics.ts'
import type { FullFeatureConnection } from './full-feature-connection.ts'
import type { PduRow } from './pdu-row.ts'
import { rowOf } from './pdu-table.ts'
import { reject } from './reject.ts'
import { isOutsideWindow } from './request.ts'

/** The full feature phase of a connection: finds the row of each PDU (RFC 7143 4.2.5). */
export class FullFeaturePhase implements Phase {
  readonly unhurried = false
  readonly home: FullFeatureConnection
  /** The row of the PDU on its way. */
  #row: PduRow | undefined
  /** Whether the PDU on its way would be rejected if it were inside the command window. */
  #ignored = false

  constructor(home: FullFeatureConnection) {
    this.home = home
  }

  get owed(): boolean {
    return this.home.session.tasks.owed
  }

  get outputBytes(): number {
    return this.home.session.share.outputBytes
  }

  get outputBytesAtMost(): number {
    return this.home.session.share.outputBytesAtMost
  }

  header(header: ReceivedHeader): Uint8Array | typeof DROP {
    const { home } = this
    home.rejection = undefined
    this.#ignored = false
    if (home.deaf) return DROP
    const row = rowOf(header.opcode)
    this.#row = row
    if (row && (row.inDiscovery || !home.session.isDiscovery)) return row.header(home, header)
    // A login is over and a PDU that discovery does not take is known: only what nobody knows is not supported.
    const known = row !== undefined || header.opcode === InitiatorOpcode.loginRequest
    this.#ignored = row !== undefined && isOutsideWindow(row, home, header)
    home.rejection = known ? RejectReason.protocolError : RejectReason.commandNotSupported
    return DROP
  }

  complete(header: ReceivedHeader, data: Uint8Array | undefined, digestRight: boolean): void {
    const { home } = this
    // One that brings no data is looked at once, when it is all in.
    if (header.dataSegmentLength === 0) this.header(header)
    if (home.deaf) return
    if (this.#ignored) return home.statistics.add(Counter.pdusIgnored)
    const row = this.#row
    if (!digestRight) home.counts.wrong('data_digest', Counter.dataDigestErrors)
    if (!row || (home.rejection !== undefined && !row.seesRejected)) reject(home, header, home.rejection)
    else row.complete(home, header, digestRight ? data : undefined, digestRight)
  }

  /** The transport has taken output: there is room again. */
  written(): void {
    const { room, session } = this.home
    room.written()
    if (session.window.heldBack) session.reopenWindow()
  }

  /** Asks the initiator to log out, RFC 7143 11.9.1; it has so many seconds. */
  requestLogout(seconds: number): void {
    const { home } = this
    const { session, connection } = home
    if (home.closed) return
    session.window.shut()
    if (session.isDiscovery) return connection.end(ConnectionEnd.ended)
    if (connection.state === ConnectionState.inLogout) return
    home.logoutRequested = true
    connection.move(ConnectionEvent.logoutAsked)
    this.#tell(AsyncEvent.logoutRequest, seconds)
    session.tasks.dropOwed()
  }

  /** Tells the initiator that the connection ends now (RFC 7143 11.9.1), and ends it. */
  announceEnd(why: ConnectionEnd): void {
    const { home } = this
    if (!home.session.isDiscovery && !home.closed) {
      this.#tell(AsyncEvent.connectionDrop, 0)
      home.outbox.flush()
    }
    home.connection.end(why)
  }

  #tell(event: AsyncEvent, parameter3: number): void {
    const { outbox, cid, session } = this.home
    const out = outbox.answer(AsyncMessage)
    out.event = event
    if (event === AsyncEvent.connectionDrop) {
      out.parameter1 = cid
      out.parameter2 = session.comeBackAfterSeconds
    }
    out.parameter3 = parameter3
    outbox.end()
  }

  ended(why: ConnectionEnd): void {
    this.home.ended(why)
  }
}
