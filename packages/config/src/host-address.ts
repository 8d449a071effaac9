import type { PortalAddress } from './portal-address.ts'

/** A numeric address, IPv6 in brackets, or the name of a host; a port behind it if need be. Links of this machine mean nothing elsewhere. */
const ADDRESS =
  /^(?:\[(?<ipv6>[0-9a-f:.]{2,45})\]|(?<host>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?))(?::(?<port>\d{1,5}))?$/i

/** A place on another machine, as it is written; undefined for what is none. */
export function parseHostAddress(text: string, defaultPort: number): PortalAddress | undefined {
  const { ipv6, host = ipv6, port } = ADDRESS.exec(text)?.groups ?? {}
  const number = port === undefined ? defaultPort : Number(port)
  return host === undefined || number < 1 || number > 65_535 ? undefined : { host, port: number }
}
