import { callback, checkArgument, checkOptions, flag, type Slab } from '@lunkit/wire'
import type { Batch } from '../connection/batch.ts'
import type { ByteStream } from '../connection/byte-stream.ts'
import { Connection } from '../connection/connection.ts'
import { ConnectionCounts } from '../connection/connection-counts.ts'
import { TurnEnd } from '../connection/turn-end.ts'
import { FleetingMap } from '../fleeting-map.ts'
import { TARGET_LIMITS, type TargetLimits } from '../limits.ts'
import { LateAnswers } from '../login/late-answers.ts'
import { LoginPhase } from '../login/login-phase.ts'
import { MemoryShare } from '../session/memory-share.ts'
import type { Session } from '../session/session.ts'
import type { SessionDescription } from '../session/session-description.ts'
import { announceEnd, askToLogOut, type Drained, type LogoutTimes, logOut } from '../session/session-ending.ts'
import { readGauges, type SessionLoad } from '../session/session-gauges.ts'
import { SessionRegistry } from '../session/session-registry.ts'
import { TargetStatistics } from '../statistics.ts'
import type { Timers } from '../timer-wheel.ts'
import { Traces } from '../trace/traces.ts'
import type { AdoptedSocket } from './adopted-socket.ts'
import { ConnectionEntry } from './connection-entry.ts'
import { refusedConnection } from './connection-refusal.ts'
import { Directory, type FindPortal } from './directory.ts'
import { ConnectionEnd, type TargetListener } from './events.ts'
import type { KeepOut } from './kept-out.ts'
import { type Listen, listenTcp } from './listening-socket.ts'
import { checkLoginProof, type LoginProof, OPEN_PROOF } from './login-proof.ts'
import { canonicalAddress, checkAddress, type PortalAddress } from './portal-address.ts'
import { Portals } from './portals.ts'
import { ADDRESSES, DEADLINE_MS, GROUP, LIMITS, LOGOUT_TIMES, SERVER, STREAM } from './server-domains.ts'
import type { Surroundings } from './surroundings.ts'
import { portalsOf, type Target } from './target.ts'
import { checkTarget, checkTargetName } from './target-check.ts'

/** What a server is made of. */
export interface TargetServerOptions {
  /** The process's transfer memory. */
  readonly slab: Slab
  /** Where deadlines come from: `startTimerWheel().wheel`, or a clock that a test turns. */
  readonly timers: Timers
  readonly statistics?: TargetStatistics
  readonly limits?: Partial<TargetLimits>
  /** Hears what goes on; nothing is printed. */
  readonly listener?: TargetListener
  /** Hears that bytes have come in, of whichever connection: for who wants to be awake when more do. */
  readonly worked?: () => void
  /** What of the work that commands bring about is put off while PDUs are decoded, and done together. */
  readonly batch?: Batch
  /** What discovery sessions must prove; left out, nothing. */
  readonly discovery?: LoginProof
  /** Where a portal is that this server does not listen on itself, but gets connections from by `accept`. */
  readonly otherPortal?: FindPortal
  /** How a portal is listened at; by TCP when left out. */
  readonly listen?: Listen
}

/** Serves targets to initiators over TCP, RFC 7143. */
export class TargetServer {
  readonly statistics: TargetStatistics
  /** What shows PDUs. */
  readonly traces: Traces
  readonly #surroundings: Surroundings
  readonly #portals: Portals
  readonly #directory: Directory
  readonly #entry: ConnectionEntry
  /** One object, which whoever has limits reads them from. */
  readonly #limits: TargetLimits
  /** By what each alone has, and what leads to none. */
  readonly #connections = new FleetingMap<ConnectionCounts, Connection>()
  #idle: (() => void)[] = []

  /** @throws {TypeError} or {RangeError} for options that cannot be. */
  constructor(options: TargetServerOptions) {
    checkOptions('TargetServer', options, SERVER)
    const { slab, timers, listener = () => {}, discovery = OPEN_PROOF, otherPortal } = options
    if (options.limits) checkOptions('TargetServer: limits', options.limits, LIMITS)
    const limits = { ...TARGET_LIMITS, ...options.limits }
    this.#limits = limits
    this.statistics = options.statistics ?? new TargetStatistics()
    const { statistics } = this
    const lateAnswers = new LateAnswers({ limits, timers, statistics })
    this.#entry = new ConnectionEntry({ limits, timers, statistics, lateAnswers })
    const findPortal: FindPortal = asked => this.addressOf(asked) ?? otherPortal?.(asked)
    this.#directory = new Directory(findPortal, name => statistics.sessionRow(name))
    this.#portals = new Portals({
      rows: this.#entry.rows,
      listen: options.listen ?? listenTcp,
      tell: listener,
      accepted: socket => this.#connected(socket),
      acceptFailed: (portal, error) => this.#acceptFailed(portal, error),
    })
    const registry = new SessionRegistry()
    this.traces = new Traces(registry)
    this.#surroundings = {
      limits,
      timers,
      statistics,
      share: new MemoryShare(slab, limits, statistics),
      turnEnd: new TurnEnd(),
      readsEnd: new TurnEnd(setImmediate),
      registry,
      traces: this.traces,
      directory: this.#directory,
      tell: listener,
      worked: options.worked,
      batch: options.batch,
      discovery,
      keepOut: () => undefined,
      lateAnswers,
      draining: false,
    }
  }

  /**
   * Has these limits from now on; those that are left out are `TARGET_LIMITS`. What a connection or a session was given when it
   * began, it keeps.
   * @throws {TypeError} or {RangeError} for what are no limits.
   */
  setLimits(limits: Partial<TargetLimits>): void {
    checkOptions('setLimits: limits', limits, LIMITS)
    Object.assign(this.#limits, TARGET_LIMITS, limits)
  }

  /** The limits that hold. */
  get limits(): TargetLimits {
    return { ...this.#limits }
  }

  /** What discovery sessions must prove from now on. @throws {TypeError} or {RangeError} for what cannot be. */
  setDiscovery(proof: LoginProof): void {
    checkLoginProof('setDiscovery: proof', proof)
    this.#surroundings.discovery = proof
  }

  /** Has `rule` say from now on which logins are kept out for a while. @throws {TypeError} for what is no function. */
  keepOut(rule: KeepOut): void {
    checkArgument('keepOut: rule', rule, callback)
    this.#surroundings.keepOut = rule
  }

  /** Where initiators are listened to now, with the ports that were found. */
  get portals(): PortalAddress[] {
    return this.#portals.addresses
  }

  /**
   * Where a portal that was asked for listens, with the port that was found; undefined while it does not.
   * @throws {TypeError} or {RangeError} for what is no address.
   */
  addressOf(asked: PortalAddress): PortalAddress | undefined {
    checkAddress('addressOf: asked', asked)
    return this.#portals.addressOf(asked)
  }

  get targets(): Target[] {
    return [...this.#directory.all()]
  }

  /** The sessions there are. */
  get sessions(): SessionDescription[] {
    return [...this.#surroundings.registry.all()].map(session => session.description)
  }

  /** What each session holds now. */
  get sessionLoads(): SessionLoad[] {
    return [...this.#surroundings.registry.all()].flatMap(({ description: session, fullFeature }) =>
      fullFeature ? [{ session, gauges: readGauges(fullFeature) }] : [],
    )
  }

  /** How many connections there are. */
  get connections(): number {
    return this.#connections.size
  }

  /**
   * The tag of the portal group by which a target is reached at an address; undefined where there is none.
   * @throws {TypeError} or {RangeError} for what is no name or no address.
   */
  groupTagAt(targetName: string, address: PortalAddress): number | undefined {
    checkTargetName('groupTagAt', targetName)
    checkAddress('groupTagAt: address', address)
    const target = this.#directory.find(targetName)
    return target && this.#directory.groupAt(target, canonicalAddress(address))?.tag
  }

  /**
   * Makes a target known without opening its portals: for connections that come by other ways (`accept`).
   * @throws {TypeError} or {RangeError} for a target that cannot be.
   */
  define(target: Target): void {
    checkTarget('define: target', target, GROUP)
    this.#directory.set(target)
  }

  /**
   * Takes a target away from those who would log in from now on; its sessions and its portals stay. They are told that it was
   * removed (0204) unless `remember` is false. False where there is none of this name.
   * @throws {TypeError} or {RangeError} for what is no name of a target or no flag.
   */
  undefine(name: string, { remember = true }: { readonly remember?: boolean } = {}): boolean {
    checkTargetName('undefine', name)
    checkArgument('undefine: remember', remember, flag)
    return this.#directory.delete(name, remember)
  }

  /**
   * Whether there was a target of this name, so that its initiators are told so.
   * @throws {TypeError} or {RangeError} for what is no name of a target.
   */
  wasRemoved(name: string): boolean {
    checkTargetName('wasRemoved', name)
    return this.#directory.wasRemoved(name)
  }

  /**
   * Closes portals that no target has and opens those that a target has, or is to have: those `asked` for, of which one that could
   * not be opened before is tried again. Resolves with the errors of those of `asked` that cannot be opened.
   * @throws {TypeError} or {RangeError} for what are no addresses.
   */
  async adjustPortals(asked: readonly PortalAddress[] = []): Promise<ReadonlyMap<PortalAddress, Error>> {
    checkArgument('adjustPortals: asked', asked, ADDRESSES)
    for (const [at, portal] of asked.entries()) checkAddress(`adjustPortals: asked[${at}]`, portal)
    await this.#adjustPortals(asked)
    const failures = asked.map(portal => [portal, this.#portals.failureOf(portal)] as const)
    return new Map(failures.filter((failure): failure is [PortalAddress, Error] => failure[1] !== undefined))
  }

  /**
   * Serves targets, each in place of one of the same name; portals that nobody has are closed, new ones opened. Sessions
   * go on. A portal that cannot be opened leaves the others alone.
   * @throws {AggregateError} of the portals of these targets that could not be opened. {TypeError} or {RangeError} for a
   * target that cannot be; nothing has changed then.
   */
  async serve(...targets: readonly Target[]): Promise<void> {
    for (const [at, target] of targets.entries()) checkTarget(`serve: target ${at}`, target, GROUP)
    for (const target of targets) this.#directory.set(target)
    await this.#adjustPortals([...portalsOf(targets)])
    if (this.#entry.closed) return
    this.#portals.checkOpen(portalsOf(targets))
  }

  /**
   * Ends a target with its sessions; false where there is none of this name.
   * @throws {TypeError} or {RangeError} for what is no name of a target.
   */
  async remove(name: string): Promise<boolean> {
    checkTargetName('remove', name)
    const target = this.#directory.find(name)
    if (!target) return false
    this.#directory.delete(name)
    this.endSessions(session => session.targetName === target.name)
    await this.#adjustPortals([])
    return true
  }

  /**
   * Ends the sessions that `which` picks, telling their initiators; answers how many.
   * @throws {TypeError} for what is no function.
   */
  endSessions(which: (session: SessionDescription) => boolean): number {
    checkArgument('endSessions: which', which, callback)
    const picked = this.#sessions(which)
    for (const session of picked) announceEnd(session)
    return picked.length
  }

  #sessions(which: (session: SessionDescription) => boolean): readonly Session[] {
    return [...this.#surroundings.registry.all()].filter(session => which(session.description))
  }

  /**
   * Has initiators log out (RFC 7143 11.9.1, event 1), and ends those that are left after `graceMs`. Resolves when all is over.
   * @throws {TypeError} or {RangeError} for what is no function or no time.
   */
  async logOutSessions(which: (session: SessionDescription) => boolean, graceMs: number): Promise<number> {
    checkArgument('logOutSessions: graceMs', graceMs, DEADLINE_MS)
    return (await this.drainSessions(which, { graceMs })).sessions
  }

  /**
   * The same, and tells them when to come back; answers how many had to be ended.
   * @throws {TypeError} or {RangeError} for what is no function, or no times.
   */
  async drainSessions(which: (session: SessionDescription) => boolean, times: LogoutTimes): Promise<Drained> {
    checkArgument('drainSessions: which', which, callback)
    checkOptions('drainSessions: times', times, LOGOUT_TIMES)
    return logOut(this.#sessions(which), this.#surroundings.timers, times)
  }

  /**
   * Takes a connection in that came by another way than the server's own sockets. `portal` is the one that it came to, as it
   * was asked for, or the address: what is there is what it can log in to.
   * @throws {TypeError} or {RangeError} for what is no stream or no address.
   */
  accept(stream: ByteStream, portal: PortalAddress): Connection | undefined {
    checkArgument('accept: stream', stream, STREAM)
    checkAddress('accept: portal', portal)
    return this.#take(stream, this.addressOf(portal) ?? canonicalAddress(portal))
  }

  #take(stream: ByteStream, portal: PortalAddress): Connection | undefined {
    const source = stream.remote.host
    const row = this.#entry.rows.at(portal)
    const refused = this.#entry.refusal(source, this.#connections.size)
    if (refused !== undefined) {
      this.#entry.refused(refused, row)
      this.#surroundings.tell(refusedConnection(stream, refused))
      stream.destroy()
      return undefined
    }
    const surroundings = this.#surroundings
    const counts = new ConnectionCounts(this.statistics, row)
    const connection = new Connection({ stream, surroundings, counts, gone: each => this.#gone(each) })
    this.#connections.set(counts, connection)
    surroundings.traces.connected(connection)
    const place = this.#entry.logins.enter({ source, giveWay: () => connection.end(ConnectionEnd.displaced) })
    connection.enter(new LoginPhase({ connection, surroundings, portal, place }))
    return connection
  }

  /**
   * Shuts down with regard for those who are connected: no connection and no command is taken any more, tasks that
   * wait for the initiator's data are dropped, initiators are asked to log out; what is left at the deadline is ended.
   * Resolves when no connection and no session is left.
   * @throws {TypeError} or {RangeError} for a deadline that is none.
   */
  async drain(deadlineMs: number): Promise<void> {
    checkArgument('drain: deadlineMs', deadlineMs, DEADLINE_MS)
    this.#stopListening()
    for (const session of [...this.#surroundings.registry.all()]) askToLogOut(session, { graceMs: deadlineMs })
    for (const connection of [...this.#connections.values()])
      if (!connection.loggedIn) connection.end(ConnectionEnd.ended)
    const cancel = this.#surroundings.timers.after(deadlineMs, () => this.#endAll())
    await this.#whenIdle()
    cancel()
  }

  /** Ends everything now. Resolves when no connection is left and no operation of a session is under way. */
  async close(): Promise<void> {
    this.#stopListening()
    this.#endAll()
    await this.#whenIdle()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #stopListening(): void {
    this.#entry.closed = true
    this.#surroundings.draining = true
    this.#portals.close()
  }

  #endAll(): void {
    for (const session of [...this.#surroundings.registry.all()]) announceEnd(session)
    for (const connection of [...this.#connections.values()]) {
      connection.end(ConnectionEnd.ended)
      connection.drop()
    }
  }

  #gone(connection: Connection): void {
    this.#connections.delete(connection.counts)
    this.#surroundings.traces.gone(connection)
    this.#tellIdle()
  }

  #whenIdle(): Promise<void> {
    const idle = new Promise<void>(resolve => this.#idle.push(resolve))
    this.#surroundings.registry.whenEmpty(() => this.#tellIdle())
    this.#tellIdle()
    return idle
  }

  #tellIdle(): void {
    if (this.#connections.size > 0 || this.#surroundings.registry.size > 0) return
    const idle = this.#idle
    this.#idle = []
    for (const resolve of idle) resolve()
  }

  async #adjustPortals(asked: readonly PortalAddress[]): Promise<void> {
    if (this.#entry.closed) return
    const all = () => [...portalsOf(this.#directory.all()), ...asked]
    await this.#portals.adjust({ all, again: asked })
  }

  /** The system has no descriptor, or no memory, for a connection, and has closed it. */
  #acceptFailed(portal: PortalAddress, error: Error): void {
    this.#entry.failed(this.addressOf(portal) ?? portal)
    this.#surroundings.tell({ kind: 'acceptFailed', portal, error })
  }

  #connected(socket: AdoptedSocket): void {
    const connection = this.#take(socket, socket.local)
    if (connection) socket.start(connection)
  }
}
