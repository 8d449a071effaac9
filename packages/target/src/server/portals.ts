import { isIPv4 } from 'node:net'
import type { AdoptedSocket } from './adopted-socket.ts'
import type { TargetListener } from './events.ts'
import type { Listen, ListeningSocket } from './listening-socket.ts'
import {
  ANY_ADDRESS,
  ANY_IPV4,
  canonicalAddress,
  formatAddress,
  isWildcard,
  type PortalAddress,
} from './portal-address.ts'
import type { PortalRows } from './portal-rows.ts'

/** What portals are opened by, and whom they tell. */
export interface PortalsOptions {
  readonly listen: Listen
  readonly tell: TargetListener
  /** Hears which portals are open. */
  readonly rows: Pick<PortalRows, 'opened' | 'closed'>
  readonly accepted: (socket: AdoptedSocket) => void
  /** The system could not hand over a connection to the socket at this address. */
  readonly acceptFailed: (portal: PortalAddress, error: Error) => void
}

/** Which portals are to be open. */
export interface WantedPortals {
  /** All of them, at the time that they are looked at. */
  readonly all: () => Iterable<PortalAddress>
  /** Those of which one that could not be opened before is tried again. */
  readonly again: Iterable<PortalAddress>
}

/** A socket, and the portal that it was opened for. */
interface Opened extends ListeningSocket {
  readonly asked: PortalAddress
}

/**
 * The portals of a server. What listens is found from all of them together, so that their order does not matter: where a
 * port has a portal for every address, one socket serves it and those of single addresses, beside which the system lets
 * nothing else listen. Whom a connection is for is told by the address that it came to.
 */
export class Portals {
  readonly #options: PortalsOptions
  readonly #sockets = new Map<string, Opened>()
  /** Where the portals are that listen, by what was asked for. */
  readonly #open = new Map<string, PortalAddress>()
  readonly #failures = new Map<string, Error>()
  /** The portals of each port, as they were when they were opened. */
  readonly #groups = new Map<string, readonly PortalAddress[]>()
  #turn: Promise<void> = Promise.resolve()
  #closed = false

  constructor(options: PortalsOptions) {
    this.#options = options
  }

  /** Where initiators are listened to now, with the ports that were found. */
  get addresses(): PortalAddress[] {
    return [...this.#open.values()]
  }

  /** Where a portal that was asked for listens; undefined while it does not. */
  addressOf(asked: PortalAddress): PortalAddress | undefined {
    return this.#open.get(keyOf(asked))
  }

  /** Why a portal that was asked for could not be opened; undefined where it could, or was not tried. */
  failureOf(asked: PortalAddress): Error | undefined {
    return this.#failures.get(keyOf(asked))
  }

  /** @throws {AggregateError} of those of these portals that could not be opened. */
  checkOpen(asked: Iterable<PortalAddress>): void {
    const failures = new Map<string, Error>()
    for (const portal of asked) {
      const cause = this.failureOf(portal)
      const key = formatAddress(canonicalAddress(portal))
      if (cause) failures.set(key, new Error(`portal ${key} cannot be opened: ${cause.message}`, { cause }))
    }
    const errors = [...failures.values()]
    if (errors.length > 0) throw new AggregateError(errors, errors.map(error => error.message).join('; '))
  }

  /** Closes portals that nobody wants any more and opens new ones. One that cannot be opened leaves the others alone. */
  adjust(wanted: WantedPortals): Promise<void> {
    this.#turn = this.#turn.then(() => this.#adjust(wanted))
    return this.#turn
  }

  /** Stops listening, for good. */
  close(): void {
    this.#closed = true
    for (const socket of this.#sockets.values()) socket.close()
    this.#sockets.clear()
    for (const key of [...this.#open.keys()]) this.#notOpen(key)
  }

  async #adjust({ all, again }: WantedPortals): Promise<void> {
    const wanted = groupByPort(all())
    const retried = groupByPort(again)
    for (const group of [...this.#groups.keys()]) if (!wanted.has(group)) this.#forget(group, [])
    for (const [group, portals] of wanted) {
      const failed = retried.has(group) && portals.some(each => this.#failures.has(formatAddress(each)))
      if (this.#closed || (!failed && sameAddresses(this.#groups.get(group) ?? [], portals))) continue
      this.#forget(group, portals)
      this.#groups.set(group, portals)
      await this.#openGroup(portals)
    }
  }

  /** Forgets what a port had that is not among these. */
  #forget(group: string, portals: readonly PortalAddress[]): void {
    const kept = new Set(portals.map(formatAddress))
    for (const key of this.#groups.get(group)?.map(formatAddress) ?? []) {
      this.#failures.delete(key)
      if (kept.has(key)) continue
      this.#notOpen(key)
      this.#closeSocket(key)
    }
    this.#groups.delete(group)
  }

  #closeSocket(key: string): void {
    this.#sockets.get(key)?.close()
    this.#sockets.delete(key)
  }

  async #openGroup(portals: readonly PortalAddress[]): Promise<void> {
    const widest = portals.find(({ host }) => host === ANY_ADDRESS) ?? portals.find(isWildcard)
    if (!widest) {
      for (const each of portals) await this.#openAlone(each)
      return
    }
    const socket = await this.#socketFor(widest)
    if (socket instanceof Error) {
      this.#failed(widest, socket)
      return this.#openGroup(portals.filter(each => each !== widest))
    }
    const served = portals.filter(each => each === widest || covers(socket.address, each))
    for (const each of served) await this.#openBehind(socket, each)
    await this.#openGroup(portals.filter(each => !served.includes(each)))
  }

  async #openAlone(asked: PortalAddress): Promise<void> {
    const socket = await this.#socketFor(asked)
    if (socket instanceof Error) this.#failed(asked, socket)
    else this.#opened(asked, socket.address)
  }

  /** Opens a portal that the socket of a wildcard serves. */
  async #openBehind({ address }: Opened, asked: PortalAddress): Promise<void> {
    const { port } = address
    if (isWildcard(asked)) {
      const host = address.host === ANY_IPV4 ? ANY_IPV4 : asked.host
      return this.#opened(asked, { host, port })
    }
    // The wildcard would be silent about an address that the machine does not have.
    const host = await this.#hostOf(asked)
    if (host instanceof Error) this.#failed(asked, host)
    else this.#opened(asked, { host, port })
  }

  /** The host as sockets tell it, if the machine has it. */
  async #hostOf({ host }: PortalAddress): Promise<string | Error> {
    const socket = await this.#listen({ host, port: 0 })
    if (socket instanceof Error) return socket
    socket.close()
    return socket.address.host
  }

  async #socketFor(asked: PortalAddress): Promise<Opened | Error> {
    const key = formatAddress(asked)
    const open = this.#sockets.get(key)
    if (open) return open
    for (const [other, { asked: its }] of this.#sockets)
      if (its.port === asked.port && asked.port !== 0 && (covers(asked, its) || covers(its, asked)))
        this.#closeSocket(other)
    let socket = await this.#listen(asked)
    // A machine without IPv6 has no other addresses than those of IPv4.
    if (asked.host === ANY_ADDRESS && isCode(socket, 'EAFNOSUPPORT'))
      socket = await this.#listen({ host: ANY_IPV4, port: asked.port })
    if (socket instanceof Error) return this.#explained(asked, socket)
    const opened = { ...socket, asked }
    if (this.#closed) socket.close()
    else this.#sockets.set(key, opened)
    return opened
  }

  async #listen(address: PortalAddress): Promise<ListeningSocket | Error> {
    const { listen, accepted, acceptFailed } = this.#options
    try {
      return await listen(address, { accepted, failed: error => acceptFailed(address, error) })
    } catch (cause) {
      return cause instanceof Error ? cause : new Error(String(cause))
    }
  }

  /** A port that another portal has found for itself is no other program's. */
  #explained(asked: PortalAddress, error: Error): Error {
    if (!isCode(error, 'EADDRINUSE')) return error
    for (const { asked: its, address } of this.#sockets.values())
      if (address.port === asked.port && (covers(asked, address) || covers(address, asked)))
        return new Error(`the portal ${formatAddress(its)} of the same server listens at ${formatAddress(address)}`)
    return error
  }

  #opened(asked: PortalAddress, address: PortalAddress): void {
    if (this.#closed) return
    const key = formatAddress(asked)
    const before = this.#open.get(key)
    this.#open.set(key, address)
    if (before && sameAddresses([before], [address])) return
    this.#options.rows.opened(key, address)
    this.#options.tell({ kind: 'portalOpened', portal: address })
  }

  #notOpen(key: string): void {
    this.#open.delete(key)
    this.#options.rows.closed(key)
  }

  #failed(asked: PortalAddress, error: Error): void {
    if (this.#closed) return
    const key = formatAddress(asked)
    this.#notOpen(key)
    this.#failures.set(key, error)
    this.#options.tell({ kind: 'portalFailed', portal: asked, error })
  }
}

const keyOf = (asked: PortalAddress): string => formatAddress(canonicalAddress(asked))

const isCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code

/** Whether a socket at an address, or at every one, takes what comes to the other. */
function covers({ host: wide }: PortalAddress, { host }: PortalAddress): boolean {
  return wide === host || wide === ANY_ADDRESS || (wide === ANY_IPV4 && isIPv4(host))
}

const sameAddresses = (some: readonly PortalAddress[], others: readonly PortalAddress[]): boolean =>
  some.length === others.length && some.every((each, at) => formatAddress(each) === formatAddress(others[at] ?? each))

/** Each text once: most targets have the portals of the others, and what an address means costs far more than to have seen it. */
function* distinct(asked: Iterable<PortalAddress>): Generator<PortalAddress> {
  const seen = new Map<number, Set<string>>()
  for (const each of asked) {
    const hosts = seen.get(each.port)
    if (hosts?.has(each.host)) continue
    if (hosts) hosts.add(each.host)
    else seen.set(each.port, new Set([each.host]))
    yield each
  }
}

/**
 * Each portal once, by its port; those on any free port stand alone, and come last: what the system picks for them is
 * none of the ports that others have.
 */
function groupByPort(asked: Iterable<PortalAddress>): Map<string, readonly PortalAddress[]> {
  const portals = new Map<string, PortalAddress>()
  for (const each of distinct(asked)) {
    const address = canonicalAddress(each)
    portals.set(formatAddress(address), address)
  }
  const groups = new Map<string, PortalAddress[]>()
  const last = ({ port }: PortalAddress) => (port === 0 ? 1 : 0)
  for (const [key, portal] of [...portals].sort((a, b) => last(a[1]) - last(b[1]) || (a[0] < b[0] ? -1 : 1))) {
    const group = portal.port === 0 ? key : String(portal.port)
    groups.set(group, [...(groups.get(group) ?? []), portal])
  }
  return groups
}
