/** @lunkit/control/socket: the daemon's end of the control socket, without what only a server needs. */
import '../node-version.ts'

export type { ControlSocketOptions } from './control-socket.ts'
export { ControlSocket } from './control-socket.ts'
export { ControlSocketError } from './control-socket-error.ts'
export type { ListenOptions } from './listening.ts'
export { listenAt } from './listening.ts'
export { loadServer } from './load-server.ts'
