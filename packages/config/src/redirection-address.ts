import { checkArgument } from '@lunkit/wire'
import { parseHostAddress } from './host-address.ts'
import { ISCSI_PORT } from './iscsi-port.ts'
import type { PortalAddress } from './portal-address.ts'
import { nameLike } from './schema/lenient.ts'
import { TEXT } from './text-domains.ts'

/**
 * Where initiators are sent, as it is written; undefined for what is no such place.
 * @throws {TypeError} for what is no text.
 */
export function parseRedirectionAddress(text: string): PortalAddress | undefined {
  checkArgument('parseRedirectionAddress: text', text, TEXT)
  return parseHostAddress(text, ISCSI_PORT)
}

/** The kind of a redirection's `address`. */
export const redirectionAddress = nameLike(
  'an address or the name of a host, with a port if need be: "192.0.2.7:3260", "[2001:db8::7]", "disks.example.org"',
  text => parseRedirectionAddress(text) !== undefined,
)
