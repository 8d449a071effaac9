import { NopIn, RESERVED_TAG } from '@lunkit/pdu'
import type { Connection } from '../connection/connection.ts'
import type { Outbox } from '../connection/outbox.ts'
import type { InitiatorAccess } from '../server/access.ts'
import { ConnectionEnd } from '../server/events.ts'
import type { FullFeatureSession } from '../session/full-feature-session.ts'
import { Counter } from '../statistics.ts'
import type { CancelDeadline } from '../timer-wheel.ts'

/** RFC 7143 11.19.3: a NOP-In that asks for an answer has a logical unit number; any unit does. */
const ANY_LUN = 0n

/** What is kept alive. */
export interface KeptConnection {
  readonly connection: Connection
  readonly outbox: Outbox
  readonly session: FullFeatureSession
}

/** Finds out whether the peer is still there, and reads what it is sent. */
export class Keepalive {
  readonly #home: KeptConnection
  readonly #pingAfterMs: number
  readonly #pingTimeoutMs: number
  #deadline: CancelDeadline | undefined
  #nextTag = 0
  /** The tag of the NOP-In whose answer is awaited, and since when. */
  #pinged: { readonly tag: number; sinceMs: number } | undefined
  #sentBytes = 0
  #sentAtMs: number

  constructor(home: KeptConnection, access: InitiatorAccess | undefined) {
    this.#home = home
    const { discoveryIdleMs } = home.session.limits
    this.#pingAfterMs = access ? access.pingAfterMs : 0
    this.#pingTimeoutMs = access ? access.pingTimeoutMs : discoveryIdleMs
    this.#sentAtMs = this.#nowMs()
    this.#lookLater()
  }

  stop(): void {
    this.#deadline?.()
    this.#deadline = undefined
  }

  /** A NOP-Out that answers a NOP-In has come. */
  answered(targetTransferTag: number): void {
    if (this.#pinged?.tag === targetTransferTag) this.#pinged = undefined
  }

  /** A NOP-In that asks for nothing and carries the command window (RFC 7143 11.19). */
  tellWindow(): void {
    this.#send(RESERVED_TAG)
  }

  #nowMs(): number {
    return this.#home.session.timers.now
  }

  #lookLater(): void {
    const everyMs = this.#pingAfterMs > 0 ? Math.min(this.#pingAfterMs, this.#pingTimeoutMs) : this.#pingTimeoutMs
    this.#deadline = this.#home.session.timers.after(everyMs / 2, () => this.#look())
  }

  #look(): void {
    if (this.#home.session.isDiscovery ? this.#idle() : this.#unresponsive()) return
    if (this.#pingDue()) this.#ping()
    this.#lookLater()
  }

  #idle(): boolean {
    if (this.#nowMs() - this.#home.connection.heardAtMs < this.#pingTimeoutMs) return false
    this.#home.session.statistics.add(Counter.discoveryIdled)
    this.#home.connection.end(ConnectionEnd.idle)
    return true
  }

  #unresponsive(): boolean {
    const nowMs = this.#nowMs()
    const { outbox, connection } = this.#home
    if (outbox.queuedBytes === 0 || outbox.sentBytes !== this.#sentBytes) {
      this.#sentBytes = outbox.sentBytes
      this.#sentAtMs = nowMs
    }
    // What is not read here cannot count as missing.
    if (this.#pinged && connection.paused) this.#pinged.sinceMs = nowMs
    const silentSinceMs = Math.min(this.#sentAtMs, this.#pinged?.sinceMs ?? nowMs)
    if (nowMs - silentSinceMs < this.#pingTimeoutMs) return false
    connection.counts.wrong('timeout', Counter.pingsUnanswered)
    connection.end(ConnectionEnd.unresponsive)
    return true
  }

  #pingDue(): boolean {
    if (this.#pingAfterMs === 0 || this.#pinged || this.#home.session.isDiscovery) return false
    return this.#nowMs() - this.#home.connection.heardAtMs >= this.#pingAfterMs
  }

  #ping(): void {
    const tag = this.#nextTag
    this.#nextTag = (tag + 1) % RESERVED_TAG
    this.#pinged = { tag, sinceMs: this.#nowMs() }
    this.#home.session.statistics.add(Counter.pingsSent)
    this.#send(tag)
  }

  #send(targetTransferTag: number): void {
    const { outbox } = this.#home
    const out = outbox.tell(NopIn)
    out.lun = ANY_LUN
    out.initiatorTaskTag = RESERVED_TAG
    out.targetTransferTag = targetTransferTag
    outbox.end()
  }
}
