import { checkArgument } from '@lunkit/wire'
import { TEXT } from './text-domains.ts'

/** Hex digits of a unit serial number that the NAA designator has room for. */
const NAA_DIGITS = 25

/**
 * What the NAA designator takes of a unit serial number, as LIO does: its first 25 hex digits, whatever stands between them,
 * filled up with zeroes. Initiators take two disks for one when they agree in this.
 * @throws {TypeError} for what is no text.
 */
export function naaDigits(serial: string): string {
  checkArgument('naaDigits: serial', serial, TEXT)
  const digits = serial.toLowerCase().replace(/[^0-9a-f]/g, '')
  return digits.slice(0, NAA_DIGITS).padEnd(NAA_DIGITS, '0')
}
