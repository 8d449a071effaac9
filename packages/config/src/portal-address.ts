import { checkArgument, object, wholeNumber } from '@lunkit/wire'
import { ISCSI_PORT } from './iscsi-port.ts'
import { nameLike } from './schema/lenient.ts'
import { TEXT } from './text-domains.ts'

/** Where a portal listens. */
export interface PortalAddress {
  /**
   * A numeric address without brackets, IPv6 in its shortest form: `0.0.0.0`, `::`. A link-local one has its interface with
   * it: `fe80::1%eth0`.
   */
  readonly host: string
  /** 0: any free port. */
  readonly port: number
}

const IPV4 = /^(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}$/
const IPV6_CHARACTERS = /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/
/** How IPv6 writes an IPv4 address, RFC 4291 2.5.5.2. */
const MAPPED_IPV4 = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/
/** RFC 4291 2.5.6: an address that is unique on its link only. */
const LINK_LOCAL = /^fe[89ab][0-9a-f]:/
/** The name of a network interface, as Linux allows it. */
const ZONE = /^[^\s/%[\]]{1,15}$/

/**
 * The numeric address that LIO writes as `10.0.0.5`, `[::0]` or `[fe80::1%eth0]`; undefined for anything else, a host name
 * too.
 * @throws {TypeError} for what is no text.
 */
export function parseAddress(text: string): string | undefined {
  checkArgument('parseAddress: text', text, TEXT)
  if (IPV4.test(text)) return text.split('.').every(byte => Number(byte) <= 255) ? text : undefined
  const [bare = '', ...zones] = (text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text).split('%')
  const url = IPV6_CHARACTERS.test(bare) ? URL.parse(`http://[${bare}]`) : null
  if (url === null) return undefined
  const address = url.hostname.slice(1, -1)
  const [zone] = zones
  if (zone === undefined) return mappedIPv4(address) ?? address
  return zones.length === 1 && LINK_LOCAL.test(address) && ZONE.test(zone) ? `${address}%${zone}` : undefined
}

function mappedIPv4(address: string): string | undefined {
  const halves = MAPPED_IPV4.exec(address)
    ?.slice(1)
    .map(half => Number.parseInt(half, 16))
  return halves?.flatMap(half => [half >> 8, half & 0xff]).join('.')
}

/** Whether it says of a link-local address on which of the machine's links; without, it names none. */
export const lacksInterface = (host: string): boolean => LINK_LOCAL.test(host) && !host.includes('%')

const ADDRESS = object('{ host, port }')
const PORT = wholeNumber(0, 0xffff)

/**
 * An address and port as in a URL: `10.0.0.5:3260`, `[::1]:3260`.
 * @throws {TypeError} or {RangeError} for what is no address.
 */
export function formatPortal(address: PortalAddress): string {
  checkArgument('formatPortal: address', address, ADDRESS)
  const { host, port } = address
  checkArgument('formatPortal: host', host, TEXT)
  checkArgument('formatPortal: port', port, PORT)
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/**
 * Reads `HOST:PORT`, `[V6]:PORT`, or a host alone, which gets port 3260.
 * @returns undefined when `text` is none of these.
 * @throws {TypeError} for what is no text.
 */
export function parsePortal(text: string): PortalAddress | undefined {
  checkArgument('parsePortal: text', text, TEXT)
  const parts = /^(\[[^\]]+\]|[^:]+)(?::([0-9]{1,5}))?$/.exec(text)
  if (parts === null) return undefined
  const host = parseAddress(parts[1] as string)
  const port = Number(parts[2] ?? ISCSI_PORT)
  return host !== undefined && port <= 65_535 ? { host, port } : undefined
}

/** The kind of a portal's `ip_address`. */
export const ipAddress = nameLike(
  'a numeric address: "10.0.0.5", "0.0.0.0" for every IPv4 one, "[2001:db8::5]", "[::0]" for every one, "[fe80::1%eth0]"',
  text => parseAddress(text) !== undefined,
)
