import { createHash } from 'node:crypto'
import { thisMachine } from '@lunkit/backstores'

/** 256 bits, in hex digits, that are the same for the same parts on the same machine, and for nothing else. */
function digestOf(parts: readonly string[], machine: string): string {
  return createHash('sha256')
    .update(JSON.stringify(['lunkit', machine, ...parts]))
    .digest('hex')
}

/**
 * A unit serial number that is the same at every start, in the form of a UUID (version 8): made of this machine and of `parts`,
 * which must say what no two disks of the machine have in common.
 */
export function derivedSerial(parts: readonly string[], machine = thisMachine()): string {
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

/** 12 hex digits for the end of a name, the same at every start: of this machine and of `parts`. */
export function derivedSuffix(parts: readonly string[], machine = thisMachine()): string {
  return digestOf(['name', ...parts], machine).slice(0, 12)
}
