import { ListeningError } from '../listening-error.ts'

/** A listener by TLS that cannot be opened, or files of one that cannot be used. */
export class ControlTlsError extends ListeningError {
  override readonly name = 'ControlTlsError'
}
