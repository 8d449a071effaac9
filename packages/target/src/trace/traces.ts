import { comparedName } from '@lunkit/pdu'
import { callback, checkArgument, checkOptions, required, text, wholeNumber } from '@lunkit/wire'
import type { Connection } from '../connection/connection.ts'
import type { Session } from '../session/session.ts'
import type { SessionDescription } from '../session/session-description.ts'
import type { SessionRegistry } from '../session/session-registry.ts'
import { ConnectionTap } from './connection-tap.ts'
import { LoginWait } from './login-wait.ts'
import { PduFilter } from './pdu-filter.ts'
import { PduView } from './pdu-view.ts'
import type { PduListener } from './traced-pdu.ts'

/** What a trace sees. */
export interface TraceOptions {
  /** Only connections of this initiator, in any spelling, its logins included. Left out: of all. */
  readonly initiatorName?: string
  /** Only sessions that this picks, once they have logged in. */
  readonly sessions?: (session: SessionDescription) => boolean
  /**
   * Only PDUs about these logical units, by the numbers that the session knows them by. It is asked for each command, so that what a session
   * gets to see meanwhile is told too, and must not throw.
   */
  readonly lunsOf?: (session: SessionDescription) => ReadonlySet<number>
  /** How much is shown of data that is no text, no sense data and no parameters, in bytes a PDU. */
  readonly dataBytes: number
  /** Whether the data of a command is parameters, which are shown whole, and not what somebody has stored; left out: it never is. */
  readonly hasParameters?: (cdb: Uint8Array) => boolean
}

const OPTIONS = {
  initiatorName: text(),
  sessions: callback,
  lunsOf: callback,
  hasParameters: callback,
  dataBytes: required(wholeNumber(0, 0xff_ffff)),
}

/** The traces that look at the connections of a server. Without one a connection has nothing that looks at its PDUs. */
export class Traces {
  readonly #sessions: Pick<SessionRegistry, 'all'>
  readonly #running = new Set<Trace>()

  /** The sessions there are when a trace begins. */
  constructor(sessions: Pick<SessionRegistry, 'all'>) {
    this.#sessions = sessions
  }

  /**
   * Tells PDUs from now on, of connections that are there (from their next PDU on) and that come, until the function that it returns is
   * called. What proves who somebody is (CHAP) is never told.
   * @throws {TypeError} or {RangeError} for wrong options, or what is no function.
   */
  start(options: TraceOptions, tell: PduListener): () => void {
    checkOptions('Traces.start', options, OPTIONS)
    checkArgument('Traces.start: tell', tell, callback)
    const trace = new Trace(options, tell)
    this.#running.add(trace)
    for (const session of this.#sessions.all()) trace.sessionStarted(session)
    return () => {
      this.#running.delete(trace)
      trace.end()
    }
  }

  /** A connection has come in. */
  connected(connection: Connection): void {
    for (const trace of this.#running) trace.connected(connection)
  }

  /** A session has begun, or goes on with another connection. */
  sessionStarted(session: Session): void {
    for (const trace of this.#running) trace.sessionStarted(session)
  }

  /** A connection has gone. */
  gone(connection: Connection): void {
    for (const trace of this.#running) trace.gone(connection)
  }
}

/** What a trace has of a connection. */
interface Seen {
  readonly view: PduView
  readonly wait: LoginWait | undefined
}

class Trace {
  readonly #options: TraceOptions
  readonly #tell: PduListener
  readonly #seen = new Map<Connection, Seen>()
  readonly #startNs = BigInt(Date.now()) * 1_000_000n - process.hrtime.bigint()

  constructor(options: TraceOptions, tell: PduListener) {
    this.#options = options
    this.#tell = tell
  }

  connected(connection: Connection): void {
    const { initiatorName, sessions, lunsOf } = this.#options
    // Which session it is to be, and what that sees, nobody knows yet.
    if (sessions || lunsOf) return
    if (initiatorName === undefined) return this.#see(connection, { fromStart: true })
    const wait = new LoginWait(initiatorName, this.#tell, wanted => {
      if (!wanted) this.gone(connection)
    })
    this.#see(connection, { fromStart: true, wait })
  }

  sessionStarted({ description, connections }: Session): void {
    const wanted = this.#wants(description)
    const { lunsOf } = this.#options
    for (const connection of connections) {
      const seen = this.#seen.get(connection)
      seen?.wait?.decide(wanted)
      if (seen || !wanted) continue
      this.#see(connection, { fromStart: false, ...(lunsOf && { filter: new PduFilter(() => lunsOf(description)) }) })
    }
  }

  gone(connection: Connection): void {
    const seen = this.#seen.get(connection)
    if (!seen) return
    this.#seen.delete(connection)
    const { tap } = connection
    tap?.views.delete(seen.view)
    if (tap?.views.size === 0) connection.tap = undefined
  }

  end(): void {
    for (const connection of [...this.#seen.keys()]) this.gone(connection)
  }

  #wants(session: SessionDescription): boolean {
    const { initiatorName, sessions } = this.#options
    if (initiatorName !== undefined && comparedName(session.initiatorName) !== comparedName(initiatorName)) return false
    return sessions?.(session) ?? true
  }

  #see(
    connection: Connection,
    {
      fromStart,
      wait,
      filter,
    }: { readonly fromStart: boolean; readonly wait?: LoginWait; readonly filter?: PduFilter },
  ): void {
    const { dataBytes, hasParameters } = this.#options
    const shown = { dataBytes, hasParameters }
    const nowNs = (): bigint => this.#startNs + process.hrtime.bigint()
    const tell = wait?.hear ?? this.#tell
    const view = new PduView({ connection, fromStart, filter, shown, nowNs, tell })
    this.#seen.set(connection, { view, wait })
    connection.tap ??= new ConnectionTap()
    connection.tap.views.add(view)
  }
}
