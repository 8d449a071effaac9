import { ConnectionError, ScsiError } from '@lunkit/initiator'
import { senseName } from '@lunkit/scsi'

/**
 * What the initiator saw of a command: `good`, the name of its sense (`deferred` before that of an earlier command), its
 * status, or `connection lost`. Whatever else went wrong is thrown.
 */
export async function outcomeOf(command: Promise<unknown>): Promise<string> {
  try {
    await command
    return 'good'
  } catch (error) {
    if (error instanceof ConnectionError) return 'connection lost'
    if (!(error instanceof ScsiError)) throw error
    if (!error.sense) return `status ${error.status}`
    return `${error.sense.deferred ? 'deferred ' : ''}${senseName(error.sense.code)}`
  }
}
