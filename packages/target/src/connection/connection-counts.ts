import type { CounterPlace, Row } from '@lunkit/statistics'
import { type ProtocolError, portalMetrics, receivedPlaces, sentPlaces } from '../portal-metrics.ts'
import { Counter, type TargetStatistics } from '../statistics.ts'

const { at } = portalMetrics
/** Looked up once: they are told with every turn. */
const { bytesIn, bytesOut, pdusIn, pdusOut, commands } = Counter

/** Where one connection is counted: among all connections, and at the portal that it came to. */
export class ConnectionCounts {
  /** The row of the portal. */
  readonly portal: Row
  readonly #statistics: TargetStatistics
  /** PDUs that no row has yet, of one opcode each, and commands: most PDUs are as the one before, and cost an addition each. */
  #received = 0
  #receivedPlace = receivedPlaces[0] as CounterPlace
  #composed = 0
  #composedPlace = sentPlaces[0] as CounterPlace
  #delivered = 0

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
    this.#statistics.add(bytesIn, bytes)
    this.portal.add(at.bytesReceived, bytes)
  }

  /** A PDU of this opcode has come in. */
  received(opcode: number): void {
    const place = receivedPlaces[opcode] as CounterPlace
    if (place !== this.#receivedPlace) this.#tellReceived(place)
    this.#received++
  }

  /** A SCSI command goes to the device server. */
  delivered(): void {
    this.#delivered++
  }

  /** What has come in by now was looked at. */
  turnOver(): void {
    this.#tellReceived(this.#receivedPlace)
    this.#tellDelivered()
  }

  /** A PDU of this opcode is being composed. */
  composed(opcode: number): void {
    const place = sentPlaces[opcode] as CounterPlace
    if (place !== this.#composedPlace) this.#tellComposed(place)
    this.#composed++
  }

  /** What was composed is on its way, so many bytes. */
  sent(bytes: number): void {
    this.#statistics.add(bytesOut, bytes)
    this.portal.add(at.bytesSent, bytes)
    this.#tellComposed(this.#composedPlace)
    this.#tellDelivered()
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

  #tellReceived(next: CounterPlace): void {
    this.portal.add(this.#receivedPlace, this.#received)
    this.#statistics.add(pdusIn, this.#received)
    this.#received = 0
    this.#receivedPlace = next
  }

  #tellComposed(next: CounterPlace): void {
    this.portal.add(this.#composedPlace, this.#composed)
    this.#statistics.add(pdusOut, this.#composed)
    this.#composed = 0
    this.#composedPlace = next
  }

  #tellDelivered(): void {
    if (this.#delivered > 0) this.#statistics.add(commands, this.#delivered)
    this.#delivered = 0
  }
}
