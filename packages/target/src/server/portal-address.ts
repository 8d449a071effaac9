import { isIPv6 } from 'node:net'

/** Where a portal listens. */
export interface PortalAddress {
  /** A numeric address without brackets; `0.0.0.0` and `::` stand for every address. */
  readonly host: string
  /** 0: any free port. */
  readonly port: number
}

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])
/** How an IPv4 address is written where an IPv6 socket serves it, RFC 4291 2.5.5.2. */
const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i

/** Whether the address stands for every address of the machine. */
export const isWildcard = ({ host }: PortalAddress): boolean => WILDCARDS.has(host)

/** An address as a socket tells it, IPv4 as IPv4. */
export const plainHost = (host: string): string => MAPPED_IPV4.exec(host)?.[1] ?? host

/** `10.0.0.5:3260` or `[2001:db8::5]:3260`, as RFC 7143 13.8 writes it. */
export const formatAddress = ({ host, port }: PortalAddress): string =>
  isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`
