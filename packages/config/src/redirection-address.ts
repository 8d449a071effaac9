import { checkArgument } from '@lunkit/wire'
import { ISCSI_PORT } from './iscsi-port.ts'
import type { PortalAddress } from './portal-address.ts'
import { nameLike } from './schema/lenient.ts'
import { TEXT } from './text-domains.ts'

/** A numeric address, IPv6 in brackets, or the name of a host; a port behind it if need be. Links of this machine mean nothing elsewhere. */
const ADDRESS =
  /^(?:\[(?<ipv6>[0-9a-f:.]{2,45})\]|(?<host>[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?))(?::(?<port>\d{1,5}))?$/i

/**
 * Where initiators are sent, as it is written; undefined for what is no such place.
 * @throws {TypeError} for what is no text.
 */
export function parseRedirectionAddress(text: string): PortalAddress | undefined {
  checkArgument('parseRedirectionAddress: text', text, TEXT)
  const { ipv6, host = ipv6, port } = ADDRESS.exec(text)?.groups ?? {}
  const number = port === undefined ? ISCSI_PORT : Number(port)
  return host === undefined || number < 1 || number > 65_535 ? undefined : { host, port: number }
}

/** The kind of a redirection's `address`. */
export const redirectionAddress = nameLike(
  'an address or the name of a host, with a port if need be: "192.0.2.7:3260", "[2001:db8::7]", "disks.example.org"',
  text => parseRedirectionAddress(text) !== undefined,
)
