import { createHash } from 'node:crypto'
import { machineId } from 'lunkit'

const MARK_DIGITS = 16

/** The machine's identifier is not for others to know, machine-id(5); undefined where it has none. */
export function machineMark(id = machineId()): string | undefined {
  return id && createHash('sha256').update(`lunkit-state ${id}`).digest('hex').slice(0, MARK_DIGITS)
}
