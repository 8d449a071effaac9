import { isIPv4 } from 'node:net'
import type { Listen } from '../server/listening-socket.ts'
import { formatAddress, isWildcard, type PortalAddress } from '../server/portal-address.ts'

/** A machine as its system lets programs listen on it. */
export interface FakeMachine {
  /** What it has; `::1` and others of IPv6 only where it has IPv6. */
  readonly hosts: readonly string[]
  readonly ipv6: boolean
  /** Where another program listens. */
  readonly taken: readonly PortalAddress[]
}

/** What a system says when it does not let a program listen. */
class ListenError extends Error {
  readonly code: string

  constructor(code: string, { host, port }: PortalAddress) {
    super(`listen ${code}: ${host}:${port}`)
    this.code = code
  }
}

/** Listens as Linux does: what is taken by one socket, or a part of it, is not given to another. */
export class FakeNetwork {
  readonly #machine: FakeMachine
  readonly #listening = new Set<PortalAddress>()
  /** Where the system looks first for a port that nobody has. */
  nextPort = 40_000

  constructor(machine: FakeMachine) {
    this.#machine = machine
  }

  /** Where this program listens. */
  get listening(): string[] {
    return [...this.#listening].map(formatAddress).sort()
  }

  readonly listen: Listen = async asked => {
    await Promise.resolve()
    const { hosts, ipv6, taken } = this.#machine
    if (!isIPv4(asked.host) && !ipv6) throw new ListenError('EAFNOSUPPORT', asked)
    if (!isWildcard(asked) && !hosts.includes(asked.host)) throw new ListenError('EADDRNOTAVAIL', asked)
    const address = { host: asked.host, port: asked.port || this.nextPort++ }
    for (const other of [...taken, ...this.#listening])
      if (meet(address, other)) throw new ListenError('EADDRINUSE', asked)
    this.#listening.add(address)
    return { address, close: () => this.#listening.delete(address) }
  }
}

/** Whether some connection would come to both. */
export function meet(one: PortalAddress, other: PortalAddress): boolean {
  const within = (wide: string, host: string) =>
    wide === host || wide === '::' || (wide === '0.0.0.0' && isIPv4(host) && host !== '::')
  return one.port === other.port && (within(one.host, other.host) || within(other.host, one.host))
}
