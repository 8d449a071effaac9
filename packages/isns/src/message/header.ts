import { bit, layout, u16 } from '@lunkit/wire'

/** Length of the header in bytes. */
export const HEADER_BYTES = 12
/** The only version that there is, RFC 4171 5.1.1. */
export const VERSION = 1

/** What every PDU begins with. */
export const Header = layout({
  name: 'iSNSP header',
  spec: 'RFC 4171 5.1',
  size: HEADER_BYTES,
  fields: {
    version: u16(0),
    functionId: u16(2),
    /** Of the payload, in bytes. */
    payloadLength: u16(4),
    fromClient: bit(6, 7),
    fromServer: bit(6, 6),
    hasAuthentication: bit(6, 5),
    /** Of a registration: takes the place of what was registered before. */
    replace: bit(6, 4),
    last: bit(6, 3),
    first: bit(6, 2),
    transactionId: u16(8),
    /** Counts the PDUs of a message from 0. */
    sequenceId: u16(10),
  },
  initial: { version: VERSION },
})
