import { AbortedError, ConnectionError, RejectedError, ScsiError } from '@lunkit/initiator'
import { senseName } from '@lunkit/scsi'
import { statusName } from '@lunkit/scsi/transport'

/**
 * How a command ended, in a word: `good`, `aborted`, `rejected`, `lost` with its connection, a status, or the name of its
 * sense (`deferred` before that of an earlier command). Whatever else went wrong is thrown.
 */
export async function outcomeOf(command: Promise<unknown>): Promise<string> {
  try {
    await command
    return 'good'
  } catch (error) {
    if (error instanceof ScsiError) return described(error)
    if (error instanceof AbortedError) return 'aborted'
    if (error instanceof RejectedError) return 'rejected'
    if (error instanceof ConnectionError) return 'lost'
    throw error
  }
}

function described({ sense, status }: ScsiError): string {
  if (!sense) return statusName(status)
  return `${sense.deferred ? 'deferred ' : ''}${senseName(sense.code)}`
}
