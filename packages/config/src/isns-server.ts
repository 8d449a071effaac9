import { parseHostAddress } from './host-address.ts'
import type { PortalAddress } from './portal-address.ts'
import { nameLike } from './schema/lenient.ts'

/** RFC 4171 3.1. */
const ISNS_PORT = 3205
const MOST_ENTITY_BYTES = 255

/** Where an iSNS server is, as it is written; undefined for what is no such place. */
export const parseIsnsServer = (text: string): PortalAddress | undefined => parseHostAddress(text, ISNS_PORT)

/** What is the same of one server, in whatever letters its name is written. */
export const isnsServerKey = ({ host, port }: PortalAddress): string => `${host.toLowerCase()} ${port}`

/** The kind of an iSNS server's `server`. */
export const isnsAddress = nameLike(
  'an address or the name of a host, with a port if need be: "192.0.2.7", "[2001:db8::7]:3205", "isns.example.org"',
  text => parseIsnsServer(text) !== undefined,
)

/** The kind of an iSNS server's `entity`: RFC 4171 6.2.1. */
export const isnsEntity = nameLike(
  `1 to ${MOST_ENTITY_BYTES} letters, digits and -._: such as "storage1.example.com"`,
  text => /^[\w.:-]+$/.test(text) && text.length <= MOST_ENTITY_BYTES,
)
