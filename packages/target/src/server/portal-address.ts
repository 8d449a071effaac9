import { isIPv4, isIPv6, SocketAddress } from 'node:net'
import { checkArgument, type Domain, object, text, wholeNumber } from '@lunkit/wire'

/** Where a portal listens. */
export interface PortalAddress {
  /**
   * A numeric address without brackets; `0.0.0.0` stands for every IPv4 address, `::` for every address. A link-local one
   * has its interface with it: `fe80::1%eth0`.
   */
  readonly host: string
  /** 0: any free port. */
  readonly port: number
}

/** Every IPv4 address of the machine. */
export const ANY_IPV4 = '0.0.0.0'
/** Every address of the machine. */
export const ANY_ADDRESS = '::'
const MAX_PORT = 65_535

const WILDCARDS: ReadonlySet<string> = new Set([ANY_IPV4, ANY_ADDRESS])
/** How an IPv4 address is written where an IPv6 socket serves it, RFC 4291 2.5.5.2. */
const MAPPED_IPV4 = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i
/** RFC 4291 2.5.6: an address that is unique on its link only. */
const LINK_LOCAL = /^fe[89ab][0-9a-f]:/
/** RFC 1122 3.2.1.3, RFC 4291 2.5.3: an address that a machine reaches itself by. */
const LOOPBACK = /^(?:127\.|::1$)/

/** IPv6 addresses may have the interface with them on whose link they are. */
export function isNumericHost(host: string): boolean {
  const [address = '', ...zone] = host.split('%')
  return isIPv4(host) || (isIPv6(address) && zone.length <= 1 && zone[0] !== '')
}

/** Where a socket can listen. */
const NUMERIC_HOST: Domain = text(
  'a numeric address without brackets, such as 10.0.0.5, 0.0.0.0, ::1 or fe80::1%eth0',
  isNumericHost,
)
/** TCP ports, and 0 for any free one. */
const PORT: Domain = wholeNumber(0, MAX_PORT)
const ADDRESS = object('{ host, port }')
const ANY_HOST = text('an address or a host name')

/**
 * Checks an address that a program gives; it may have more in it.
 * @throws {TypeError} or {RangeError} for what is no numeric address and port.
 */
export function checkAddress(name: string, address: unknown): void {
  checkArgument(name, address, ADDRESS)
  const { host, port } = address as PortalAddress
  checkArgument(`${name}: host`, host, NUMERIC_HOST)
  checkArgument(`${name}: port`, port, PORT)
}

/**
 * Whether the address stands for every address of the machine.
 * @throws {TypeError} for what is no address.
 */
export function isWildcard(address: Pick<PortalAddress, 'host'>): boolean {
  checkArgument('isWildcard: address', address, ADDRESS)
  checkArgument('isWildcard: host', address.host, ANY_HOST)
  return WILDCARDS.has(address.host)
}

/** An address as a socket tells it, IPv4 as IPv4. */
export const plainHost = (host: string): string => MAPPED_IPV4.exec(host)?.[1] ?? host

/**
 * `10.0.0.5:3260` or `[2001:db8::5]:3260`, as RFC 7143 13.8 writes it.
 * @throws {TypeError} or {RangeError} for what is no address.
 */
export function formatAddress(address: PortalAddress): string {
  checkArgument('formatAddress: address', address, ADDRESS)
  const { host, port } = address
  checkArgument('formatAddress: host', host, ANY_HOST)
  checkArgument('formatAddress: port', port, PORT)
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/**
 * An address in the one form in which sockets tell it: IPv6 in its shortest form, IPv4 as IPv4.
 * @throws {RangeError} when the host is no numeric address, or the port none.
 */
export function canonicalAddress({ host, port }: PortalAddress): PortalAddress {
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT)
    throw new RangeError(`port ${port} of portal ${host} is none; right is 0 to ${MAX_PORT}, 0 for any free one`)
  return { host: canonicalHost(host), port }
}

function canonicalHost(host: string): string {
  if (isIPv4(host)) return host
  const [address = '', ...zone] = host.split('%')
  if (!isNumericHost(host))
    throw new RangeError(
      `portal host ${JSON.stringify(host)} is no numeric address; right is such as 10.0.0.5, 0.0.0.0, ::1 or fe80::1%eth0`,
    )
  return [plainHost(new SocketAddress({ address, family: 'ipv6' }).address), ...zone].join('%')
}

/** A host without the interface that a link-local one has with it: the name of one is no other machine's business. */
export const withoutZone = (host: string): string => host.split('%', 1)[0] as string

/** How closely a portal names an address: the closest one has a connection to it. */
export const Nearness = { none: 0, everyAddress: 1, everyIPv4: 2, exact: 3 } as const
export type Nearness = (typeof Nearness)[keyof typeof Nearness]

/** How closely a portal names an address that a connection came to; both canonical. */
export function nearness(portal: PortalAddress, at: PortalAddress): Nearness {
  if (portal.port !== at.port) return Nearness.none
  if (portal.host === at.host) return Nearness.exact
  if (portal.host === ANY_ADDRESS) return Nearness.everyAddress
  return portal.host === ANY_IPV4 && isIPv4(at.host) ? Nearness.everyIPv4 : Nearness.none
}

/**
 * The host by which a portal is told to somebody whose connection came to the host `local`; undefined where there is none
 * that could be used from there.
 */
export function hostToTell(host: string, local: string): string | undefined {
  if (host === ANY_ADDRESS) return local
  if (host === ANY_IPV4) return isIPv4(local) ? local : undefined
  if (LOOPBACK.test(host) && !LOOPBACK.test(local)) return undefined
  const elsewhere = LINK_LOCAL.test(host) && !(LINK_LOCAL.test(local) && zoneOf(host) === zoneOf(local))
  return elsewhere ? undefined : host
}

const zoneOf = (host: string): string | undefined => host.split('%')[1]
