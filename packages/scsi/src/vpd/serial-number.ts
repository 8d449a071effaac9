import { checkArgument } from '@lunkit/wire'
import { asciiText } from '../ascii-text.ts'
import { BYTES } from '../domains.ts'

/**
 * The body of the Unit Serial Number page: the serial and, as LIO has it, a closing NUL. It is ASCII data: what that has no
 * character for is as in `asciiText`.
 */
export const encodeSerialNumber = (serial: string): Uint8Array => Buffer.from(`${asciiText(serial)}\0`, 'ascii')

/** The serial number in the body of the page, without padding. */
export function decodeSerialNumber(body: Uint8Array): string {
  checkArgument('decodeSerialNumber: body', body, BYTES)
  return Buffer.from(body)
    .toString('latin1')
    .replace(/[ \0]+$/, '')
    .replace(/^[ \0]+/, '')
}
