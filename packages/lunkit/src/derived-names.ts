import { createHash } from 'node:crypto'
import { thisMachine } from '@lunkit/backstores'
import { arrayOf, checkArgument, text } from '@lunkit/wire'

const PARTS = arrayOf(text(), 'of texts')
const MACHINE = text('a text that tells the machine from others', machine => machine !== '')

/** 256 bits, in hex digits, that are the same for the same parts on the same machine, and for nothing else. */
function digestOf(parts: readonly string[], machine: string): string {
  return createHash('sha256')
    .update(JSON.stringify(['lunkit', machine, ...parts]))
    .digest('hex')
}

/**
 * A unit serial number that is the same at every start, in the form of a UUID (version 8): made of this machine and of `parts`,
 * which must say what no two disks of the machine have in common.
 * @throws {TypeError} or {RangeError} for what are no texts.
 */
export function derivedSerial(parts: readonly string[], machine = thisMachine()): string {
  checkArgument('derivedSerial: parts', parts, PARTS)
  checkArgument('derivedSerial: machine', machine, MACHINE)
  const hex = digestOf(['serial', ...parts], machine)
  const groups = [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `8${hex.slice(13, 16)}`,
    `8${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ]
  return groups.join('-')
}

/**
 * 12 hex digits for the end of a name, the same at every start: of this machine and of `parts`.
 * @throws {TypeError} or {RangeError} for what are no texts.
 */
export function derivedSuffix(parts: readonly string[], machine = thisMachine()): string {
  checkArgument('derivedSuffix: parts', parts, PARTS)
  checkArgument('derivedSuffix: machine', machine, MACHINE)
  return digestOf(['name', ...parts], machine).slice(0, 12)
}
