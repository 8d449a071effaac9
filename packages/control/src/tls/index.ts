/** @lunkit/control/tls: the daemon's end of the control API by TLS, and its tokens, without what only a server needs. */
import '../node-version.ts'

export { ControlTlsError } from './control-tls-error.ts'
export type { StrangerNotice } from './stranger-notice.ts'
export { StrangerFate } from './stranger-notice.ts'
export type { TlsListenerOptions } from './tls-listener.ts'
export { TlsListener } from './tls-listener.ts'
export { newToken } from './token-line.ts'
export { TokenRole } from './token-role.ts'
