/**
 * The body of the Unit Serial Number page: the serial and, as LIO has it, a closing NUL.
 */
export const encodeSerialNumber = (serial: string): Uint8Array => Buffer.from(`${serial}\0`, 'latin1')

/** The serial number in the body of the page, without padding. */
export const decodeSerialNumber = (body: Uint8Array): string =>
  Buffer.from(body)
    .toString('latin1')
    .replace(/[ \0]+$/, '')
    .replace(/^[ \0]+/, '')
