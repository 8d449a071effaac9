import type { CommandRequest, CommandResult } from '@lunkit/initiator'
import { AbortedError, ConnectionError, ProtocolError, ScsiError } from '@lunkit/initiator'
import { Sense, SenseKey } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { Operation } from '@lunkit/scsi-engine'
import type { Tally } from './tally.ts'

/** A command, and as what it is to be counted. */
export interface CountedCommand {
  readonly request: CommandRequest
  readonly operation: Operation
  /** Bytes of the medium that it has moved when it ends with GOOD. */
  readonly goodBytes: number
}

/** What is known of the way of a command to the target that ended without an answer. */
interface Way {
  readonly sent: boolean
  /** The target has answered what was sent after it. */
  readonly received: boolean
}

/** The kinds of command that move no bytes of the medium. */
const UNMOVING: ReadonlySet<Operation> = new Set([Operation.flush, Operation.other])

const REFUSALS: ReadonlyMap<number, string> = new Map([
  [Status.busy, 'busy'],
  [Status.reservationConflict, 'reservation_conflict'],
  [Status.taskSetFull, 'task_set_full'],
])

const { logicalUnitNotSupported } = Sense
const KEY_NAMES = new Map<number, string>(Object.entries(SenseKey).map(([name, key]) => [key, name]))

/** A command was answered. */
export function countAnswer(tally: Tally, command: CountedCommand, { status, sense }: CommandResult): void {
  tally.count('ended')
  if (status === Status.taskAborted) {
    tally.count('abortedCommands')
    return
  }
  const { operation, goodBytes } = command
  const code = new ScsiError('a command', status, sense).sense?.code
  if (code?.asc === logicalUnitNotSupported.asc) countUnitMissing(tally, operation)
  else for (const name of countersOf(operation)) tally.count(name)
  if (status === Status.good) {
    if (!UNMOVING.has(operation)) tally.count(`bytes.${operation}`, goodBytes)
    return
  }
  const refusal = REFUSALS.get(status)
  tally.count(refusal === undefined ? `checkConditions.${KEY_NAMES.get(code?.key ?? -1)}` : `refusals.${refusal}`)
  if (code?.key === SenseKey.unitAttention) tally.count(`unitAttentions.${hexByte(code.asc)}${hexByte(code.ascq)}`)
}

const hexByte = (byte: number): string => byte.toString(16).padStart(2, '0')

/** The unit was taken away while it had the command, or was not there, where no command is any but one of the others. */
function countUnitMissing(tally: Tally, operation: Operation): void {
  tally.count('duration.count')
  for (const kind of new Set([operation, Operation.other]))
    for (const name of [`commands.${kind}`, `duration.${kind}.count`]) tally.countPerhaps(name)
}

/**
 * A command ended without an answer: it was aborted, or is lost with its session, so that nobody knows how it ended, or
 * that it did.
 * @throws {Error} the reason, when it is none of these.
 */
export function countFailure(tally: Tally, command: CountedCommand, reason: Error, { sent, received }: Way): void {
  if (!sent) return
  if (reason instanceof AbortedError) {
    tally.count('ended')
    tally.count('abortedCommands')
    return
  }
  if (!(reason instanceof ConnectionError) || reason instanceof ProtocolError) throw reason
  if (received) tally.count('ended')
  else tally.countPerhaps('ended')
  const { operation, goodBytes } = command
  for (const name of [...countersOf(operation), 'abortedCommands', ...REFUSED]) tally.countPerhaps(name)
  tally.countPerhaps(`bytes.${operation}`, goodBytes)
}

/** What counts commands that end with anything but GOOD. */
const REFUSED = ['checkConditions', 'unitAttentions', 'refusals']

/** What counts the commands of a kind that end with a status of their own, in the row of a unit or that of a nexus. */
const countersOf = (operation: Operation): readonly string[] => [
  `commands.${operation}`,
  `duration.${operation}.count`,
  'duration.count',
]
