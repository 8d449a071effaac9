import { checkArgument, wholeNumber } from '@lunkit/wire'

/** SAM-5 5.3.1, table 37: how a command ended. */
export const Status = {
  good: 0x00,
  checkCondition: 0x02,
  conditionMet: 0x04,
  busy: 0x08,
  reservationConflict: 0x18,
  taskSetFull: 0x28,
  acaActive: 0x30,
  taskAborted: 0x40,
} as const
export type Status = (typeof Status)[keyof typeof Status]

const NAMES: ReadonlyMap<number, string> = new Map(Object.entries(Status).map(([name, status]) => [status, name]))
const STATUS = wholeNumber(0, 0xff)

/**
 * The name of a status, such as `checkCondition`; in hex one that SAM-5 does not name.
 * @throws {TypeError} or {RangeError} for what is no byte.
 */
export function statusName(status: number): string {
  checkArgument('statusName: status', status, STATUS)
  return NAMES.get(status) ?? `0x${status.toString(16).padStart(2, '0')}`
}
