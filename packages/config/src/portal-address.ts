import { nameLike } from './schema/lenient.ts'

/** The port that IANA gives to iSCSI targets. */
export const ISCSI_PORT = 3260

/** Where a portal listens. */
export interface PortalAddress {
  /** A numeric address without brackets, IPv6 in its shortest form: `0.0.0.0`, `::`. */
  readonly host: string
  /** 0: any free port. */
  readonly port: number
}

const IPV4 = /^(?:0|[1-9][0-9]{0,2})(?:\.(?:0|[1-9][0-9]{0,2})){3}$/
const IPV6_CHARACTERS = /^[0-9a-fA-F:.]*:[0-9a-fA-F:.]*$/

/** The numeric address that LIO writes as `10.0.0.5` or `[::0]`; undefined for anything else, a host name too. */
export function parseAddress(text: string): string | undefined {
  if (IPV4.test(text)) return text.split('.').every(byte => Number(byte) <= 255) ? text : undefined
  const bare = text.startsWith('[') && text.endsWith(']') ? text.slice(1, -1) : text
  if (!IPV6_CHARACTERS.test(bare)) return undefined
  const url = URL.parse(`http://[${bare}]`)
  return url === null ? undefined : url.hostname.slice(1, -1)
}

/** An address and port as in a URL: `10.0.0.5:3260`, `[::1]:3260`. */
export function formatPortal({ host, port }: PortalAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/**
 * Reads `HOST:PORT`, `[V6]:PORT`, or a host alone, which gets port 3260.
 * @returns undefined when `text` is none of these.
 */
export function parsePortal(text: string): PortalAddress | undefined {
  const parts = /^(\[[^\]]+\]|[^:]+)(?::([0-9]{1,5}))?$/.exec(text)
  if (parts === null) return undefined
  const host = parseAddress(parts[1] as string)
  const port = Number(parts[2] ?? ISCSI_PORT)
  return host !== undefined && port <= 65_535 ? { host, port } : undefined
}

/** The kind of a portal's `ip_address`. */
export const ipAddress = nameLike(
  'a numeric address: "10.0.0.5", "0.0.0.0" for every IPv4 one, "[2001:db8::5]", "[::0]" for every one',
  text => parseAddress(text) !== undefined,
)
