import type { CounterPlace, Row } from '@lunkit/statistics'
import { type ProtocolError, portalMetrics, receivedPlaces, sentPlaces } from '../portal-metrics.ts'
import { Counter, type TargetStatistics } from '../statistics.ts'

const { at } = portalMetrics

/** Where one connection is counted: among all connections, and at the portal that it came to. */
export class ConnectionCounts {
  /** The row of the portal. */
  readonly portal: Row
  readonly #statistics: TargetStatistics
  /** PDUs that are not counted yet among those of all connections: what is done for each of them is one addition more. */
  #received = 0
  #composed = 0

  /** The connection was accepted. Whoever makes this gives it the row, which goes back with the connection. */
  constructor(statistics: TargetStatistics, portal: Row) {
    this.#statistics = statistics
    this.portal = portal
    statistics.add(Counter.connectionsAccepted)
    statistics.add(Counter.connectionsOpen)
    portal.add(at.connectionsAccepted)
    portal.add(at.connections)
  }

  /** So many bytes have come in. */
  heard(bytes: number): void {
    this.#statistics.add(Counter.bytesIn, bytes)
    this.portal.add(at.bytesReceived, bytes)
  }

  /** A PDU of this opcode has come in. */
  received(opcode: number): void {
    this.#received++
    this.portal.add(receivedPlaces[opcode] as CounterPlace)
  }

  /** What has come in by now was looked at. */
  turnOver(): void {
    this.#statistics.add(Counter.pdusIn, this.#received)
    this.#received = 0
  }

  /** A PDU of this opcode is being composed. */
  composed(opcode: number): void {
    this.#composed++
    this.portal.add(sentPlaces[opcode] as CounterPlace)
  }

  /** What was composed is on its way, so many bytes. */
  sent(bytes: number): void {
    this.#statistics.add(Counter.bytesOut, bytes)
    this.portal.add(at.bytesSent, bytes)
    this.#statistics.add(Counter.pdusOut, this.#composed)
    this.#composed = 0
  }

  /** Something was wrong; `counter` is where that is counted among all connections. */
  wrong(kind: ProtocolError, counter: CounterPlace): void {
    this.#statistics.add(counter)
    this.portal.add(at.protocolErrors[kind])
  }

  /** The connection has logged in. */
  loggedIn(): void {
    this.portal.add(at.logins)
  }

  /** It is gone. */
  gone(): void {
    this.turnOver()
    this.sent(0)
    this.#statistics.add(Counter.connectionsOpen, -1)
    this.portal.add(at.connections, -1)
    this.portal.release()
  }
}
