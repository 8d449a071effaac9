import type { Slab } from '@lunkit/wire'
import { TARGET_LIMITS, type TargetLimits } from '../limits.ts'
import { LoginPhase } from '../login/login-phase.ts'
import type { ByteStream } from '../session/byte-stream.ts'
import { Connection } from '../session/connection.ts'
import { MemoryShare } from '../session/memory-share.ts'
import type { Session, SessionDescription } from '../session/session.ts'
import { readGauges, type SessionLoad } from '../session/session-gauges.ts'
import { SessionRegistry } from '../session/session-registry.ts'
import type { Surroundings } from '../session/surroundings.ts'
import { TurnEnd } from '../session/turn-end.ts'
import { Counter, TargetStatistics } from '../statistics.ts'
import type { Timers } from '../timer-wheel.ts'
import type { AdoptedSocket } from './adopted-socket.ts'
import { Directory, type FindPortal } from './directory.ts'
import { ConnectionEnd, type TargetListener } from './events.ts'
import { LoginQueue } from './login-queue.ts'
import { Portal } from './portal.ts'
import { formatAddress, type PortalAddress } from './portal-address.ts'
import type { Target } from './target.ts'

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
  /** Whether discovery sessions must authenticate; they are refused then, because they cannot. */
  readonly discoveryAuthentication?: boolean
  /** Where a portal is that this server does not listen on itself, but gets connections from by `accept`. */
  readonly otherPortal?: FindPortal
}

/** Serves targets to initiators over TCP, RFC 7143. */
export class TargetServer {
  readonly statistics: TargetStatistics
  readonly #surroundings: Surroundings
  readonly #portals = new Map<string, Portal>()
  readonly #directory: Directory
  readonly #logins: LoginQueue
  readonly #connections = new Set<Connection>()
  #idle: (() => void)[] = []
  #closing = false

  constructor(options: TargetServerOptions) {
    const { slab, timers, listener = () => {}, discoveryAuthentication = false, otherPortal } = options
    const limits = { ...TARGET_LIMITS, ...options.limits }
    this.statistics = options.statistics ?? new TargetStatistics()
    this.#directory = new Directory(asked => this.addressOf(asked) ?? otherPortal?.(asked))
    this.#logins = new LoginQueue(limits, this.statistics)
    this.#surroundings = {
      limits,
      timers,
      statistics: this.statistics,
      share: new MemoryShare(slab, limits, this.statistics),
      turnEnd: new TurnEnd(),
      readsEnd: new TurnEnd(setImmediate),
      registry: new SessionRegistry(),
      directory: this.#directory,
      tell: listener,
      worked: options.worked,
      discoveryAuthentication,
      draining: false,
    }
  }

  /** Where initiators are listened to now, with the ports that were found. */
  get portals(): PortalAddress[] {
    return [...this.#portals.values()].flatMap(portal => portal.address ?? [])
  }

  /** Where a portal that was asked for listens, with the port that was found; undefined while it does not. */
  addressOf(asked: PortalAddress): PortalAddress | undefined {
    return this.#portals.get(formatAddress(asked))?.address
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

  /** Makes a target known without opening its portals: for connections that come by other ways (`accept`). */
  define(target: Target): void {
    this.#directory.set(target)
  }

  /**
   * Serves a target, in place of one of the same name; portals that nobody has are closed, new ones opened. Sessions
   * go on. A portal that cannot be opened leaves the others alone.
   * @throws {AggregateError} of the portals that could not be opened.
   */
  async serve(target: Target): Promise<void> {
    this.define(target)
    await this.#adjustPortals()
  }

  /** Ends a target with its sessions; false where there is none of this name. */
  async remove(name: string): Promise<boolean> {
    const target = this.#directory.find(name)
    if (!target) return false
    this.#directory.delete(name)
    this.endSessions(session => session.targetName === target.name)
    await this.#adjustPortals()
    return true
  }

  /** Ends the sessions that `which` picks, telling their initiators; answers how many. */
  endSessions(which: (session: SessionDescription) => boolean): number {
    const picked = [...this.#surroundings.registry.all()].filter(session => which(session.description))
    for (const session of picked) this.#announceEnd(session)
    return picked.length
  }

  /** Takes a connection in that came to a portal, by whatever way: sockets, and what tests put in their place. */
  accept(stream: ByteStream, portal: PortalAddress): Connection | undefined {
    const source = stream.remote.host
    const refused = this.#refusal(source)
    if (refused !== undefined) {
      this.statistics.add(Counter.connectionsRefused)
      this.#surroundings.tell({ kind: 'connectionRefused', remote: formatAddress(stream.remote), reason: refused })
      stream.destroy()
      return undefined
    }
    this.statistics.add(Counter.connectionsAccepted)
    this.statistics.add(Counter.connectionsOpen)
    const surroundings = this.#surroundings
    const connection = new Connection({ stream, surroundings, gone: each => this.#gone(each) })
    this.#connections.add(connection)
    const place = { source, giveWay: () => connection.end(ConnectionEnd.displaced) }
    this.#logins.enter(place)
    connection.enter(new LoginPhase({ connection, surroundings, portal, left: () => this.#logins.leave(place) }))
    return connection
  }

  /**
   * Shuts down with regard for those who are connected: no connection and no command is taken any more, tasks that
   * wait for the initiator's data are dropped, initiators are asked to log out; what is left at the deadline is ended.
   * Resolves when no connection and no session is left.
   */
  async drain(deadlineMs: number): Promise<void> {
    this.#stopListening()
    const seconds = Math.ceil(deadlineMs / 1000)
    for (const session of [...this.#surroundings.registry.all()]) session.fullFeature?.requestLogout(seconds)
    for (const connection of [...this.#connections]) if (!connection.loggedIn) connection.end(ConnectionEnd.ended)
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
    this.#closing = true
    this.#surroundings.draining = true
    for (const portal of this.#portals.values()) portal.close()
    this.#portals.clear()
  }

  #endAll(): void {
    for (const session of [...this.#surroundings.registry.all()]) this.#announceEnd(session)
    for (const connection of [...this.#connections]) {
      connection.end(ConnectionEnd.ended)
      connection.drop()
    }
  }

  #announceEnd({ fullFeature, connection }: Session): void {
    if (fullFeature) fullFeature.announceEnd(ConnectionEnd.ended)
    else connection.end(ConnectionEnd.ended)
  }

  #refusal(source: string): string | undefined {
    const { connections } = this.#surroundings.limits
    if (this.#closing) return 'the target is shutting down'
    if (this.#connections.size >= connections) {
      this.statistics.add(Counter.connectionsRefusedInAll)
      return `there are ${connections} connections`
    }
    return this.#logins.refusal(source)
  }

  #gone(connection: Connection): void {
    this.statistics.add(Counter.connectionsOpen, -1)
    this.#connections.delete(connection)
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

  async #adjustPortals(): Promise<void> {
    if (this.#closing) return
    const wanted = new Map<string, PortalAddress>()
    for (const target of this.#directory.all())
      for (const group of target.portalGroups) for (const each of group.portals) wanted.set(formatAddress(each), each)
    for (const [key, portal] of this.#portals) {
      if (wanted.has(key)) continue
      portal.close()
      this.#portals.delete(key)
    }
    const failures: Error[] = []
    for (const [key, asked] of wanted) {
      if (this.#portals.has(key)) continue
      const error = await this.#open(asked, wanted)
      if (error) failures.push(error)
    }
    if (failures.length > 0) throw new AggregateError(failures, failures.map(error => error.message).join('; '))
  }

  async #open(asked: PortalAddress, all: ReadonlyMap<string, PortalAddress>): Promise<Error | undefined> {
    const failed = (error: Error): void => this.#acceptFailed(asked, error)
    const portal = new Portal(asked, (socket, from) => this.#connected(socket, from), failed)
    const key = formatAddress(asked)
    this.#portals.set(key, portal)
    try {
      const address = await portal.open({ ipv6Only: all.has(formatAddress({ host: '0.0.0.0', port: asked.port })) })
      this.#surroundings.tell({ kind: 'portalOpened', portal: address })
      return undefined
    } catch (cause) {
      this.#portals.delete(key)
      const error = cause instanceof Error ? cause : new Error(String(cause))
      this.#surroundings.tell({ kind: 'portalFailed', portal: asked, error })
      return new Error(`portal ${key} cannot be opened: ${error.message}`, { cause })
    }
  }

  /** The system has no descriptor, or no memory, for a connection, and has closed it. */
  #acceptFailed(portal: PortalAddress, error: Error): void {
    this.statistics.add(Counter.acceptsFailed)
    this.#surroundings.tell({ kind: 'acceptFailed', portal, error })
  }

  #connected(socket: AdoptedSocket, portal: Portal): void {
    const connection = this.accept(socket, portal.asked)
    if (connection) socket.start(connection)
  }
}
