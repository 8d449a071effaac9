import type { Connection } from '../connection/connection.ts'
import { FleetingMap } from '../fleeting-map.ts'
import { ConnectionEnd } from '../server/events.ts'
import { formatAddress } from '../server/portal-address.ts'
import { Session } from './session.ts'
import type { SessionDescription } from './session-description.ts'

/** The reserved TSIH, RFC 7143 11.12.6. */
const NO_TSIH = 0
const TSIHS = 0x1_0000

/** What a session is found by, RFC 7143 4.4.3 and 7.4.2.1: an unnamed discovery session by the address it came to. */
const keyOf = ({
  initiatorName,
  isid,
  targetName,
  targetPortalGroupTag,
  local,
}: Omit<SessionDescription, 'tsih'>): string =>
  `${initiatorName}\n${isid}\n${targetName}\n${targetName === '' ? formatAddress(local) : targetPortalGroupTag}`

/** Every session of a server: at most one of each initiator port with each target port (RFC 7143 4.4.3). */
export class SessionRegistry {
  readonly #byKey = new FleetingMap<string, Session>()
  readonly #byTsih = new FleetingMap<number, Session>()
  #lastTsih = NO_TSIH
  #whenEmpty: (() => void)[] = []

  /** Every session, those that are ending too. */
  all(): IterableIterator<Session> {
    return this.#byTsih.values()
  }

  get size(): number {
    return this.#byTsih.size
  }

  /** The session with this handle. */
  find(tsih: number): Session | undefined {
    return this.#byTsih.get(tsih)
  }

  /**
   * Begins a session and calls `ready` when it may start: at once, or when nothing is left of the one that it
   * reinstates (RFC 7143 6.3.5). Undefined where no handle is free.
   */
  begin(
    description: Omit<SessionDescription, 'tsih'>,
    connection: Connection,
    ready: (session: Session, reinstates: boolean) => void,
  ): Session | undefined {
    const tsih = this.#freeTsih()
    if (tsih === undefined) return undefined
    const old = this.#byKey.get(keyOf(description))
    const session = this.#enter({ ...description, tsih }, connection)
    if (!old) ready(session, false)
    else {
      session.waitFor(old, () => ready(session, true))
      old.end(ConnectionEnd.reinstated)
    }
    return session
  }

  /**
   * Puts a connection in the place of the one that a session has (RFC 7143 6.3.4): the session keeps its handle. Calls
   * `ready` when nothing is left of the old connection's tasks.
   */
  goOn(
    old: Session,
    { description, connection }: { description: Omit<SessionDescription, 'tsih'>; connection: Connection },
    ready: (session: Session) => void,
  ): Session {
    const session = this.#enter({ ...description, tsih: old.description.tsih }, connection)
    session.waitFor(old, () => ready(session))
    old.end(ConnectionEnd.connectionReinstated)
    return session
  }

  /** Calls `then` at the next time when no session is left. */
  whenEmpty(then: () => void): void {
    this.#whenEmpty.push(then)
  }

  #enter(description: SessionDescription, connection: Connection): Session {
    const { tsih } = description
    const key = keyOf(description)
    const session: Session = new Session(description, connection, gone => {
      if (this.#byKey.get(key) === gone) this.#byKey.delete(key)
      if (this.#byTsih.get(tsih) === gone) this.#byTsih.delete(tsih)
      if (this.#byTsih.size === 0) this.#tellEmpty()
    })
    this.#byKey.set(key, session)
    this.#byTsih.set(tsih, session)
    session.begin()
    return session
  }

  #tellEmpty(): void {
    const waiting = this.#whenEmpty
    this.#whenEmpty = []
    for (const then of waiting) then()
  }

  #freeTsih(): number | undefined {
    if (this.#byTsih.size >= TSIHS - 1) return undefined
    do this.#lastTsih = (this.#lastTsih + 1) % TSIHS
    while (this.#lastTsih === NO_TSIH || this.#byTsih.has(this.#lastTsih))
    return this.#lastTsih
  }
}
