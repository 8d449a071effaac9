import type { FaultCause } from 'lunkit'
import type { KeptFault } from '../state/flush-faults.ts'

/** What was said to an operation that failed, in parentheses; nothing where that is not known. */
export const saidBy = (cause: FaultCause | undefined): string => (cause ? ` (${cause.call}: ${cause.code})` : '')

/** Why a disk of which a fault is kept refuses writes and flushes. */
export const keptFaultWords = ({ at, cause }: KeptFault): string =>
  `a flush failed${saidBy(cause)} at ${at}, and nobody has cleared that: it refuses writes and flushes`
