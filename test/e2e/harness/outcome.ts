import { AbortedError, ConnectionError, RejectedError, ScsiError } from '@lunkit/initiator'
import { senseName } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'

const STATUS_NAMES = new Map<number, string>(Object.entries(Status).map(([name, status]) => [status, name]))

/** The name of a status, such as `taskAborted`. */
export const statusName = (status: number): string => STATUS_NAMES.get(status) ?? `status ${status}`

/** How a command ended, in a word: `good`, `aborted`, `rejected`, `lost` with its connection, a status, or what its sense says. */
export async function outcomeOf(command: Promise<unknown>): Promise<string> {
  try {
    await command
    return 'good'
  } catch (error) {
    if (error instanceof ScsiError) return error.sense ? senseName(error.sense.code) : statusName(error.status)
    if (error instanceof AbortedError) return 'aborted'
    if (error instanceof RejectedError) return 'rejected'
    if (error instanceof ConnectionError) return 'lost'
    throw error
  }
}
