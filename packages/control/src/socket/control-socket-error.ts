import { ListeningError } from '../listening-error.ts'

/** A control socket that cannot be made. */
export class ControlSocketError extends ListeningError {
  override readonly name = 'ControlSocketError'
}
