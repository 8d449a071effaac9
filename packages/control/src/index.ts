/** @lunkit/control: the control API of an iSCSI target's daemon: a table of methods, a server on a unix socket, a client. */
import './node-version.ts'

export { NodeKind } from '@lunkit/config'
export { nearest } from '@lunkit/wire'
export type {
  CallName,
  CallOptions,
  ControlClientOptions,
  ControlEvent,
  ControlPdu,
  ControlTrace,
  FaultDescription,
  FaultOptions,
  Given,
  GivenOf,
  MethodName,
  ResultOf,
  Route,
} from './client/index.ts'
export {
  Access,
  Body,
  ControlClient,
  ControlFault,
  FaultKind,
  NoDaemonError,
  OPENAPI_PATH,
  routes,
} from './client/index.ts'
export type { Caller, ControlService, Peer, TokenHolder, ToldEvent, ToldTrace } from './control-service.ts'
export type { ControlLimits } from './limits.ts'
export { controlLimits } from './limits.ts'
export { MadeAnswer } from './made-answer.ts'
export { LunState } from './methods/inventory-methods.ts'
export type { Method } from './methods/method.ts'
export type { AnswerOf, InputOf } from './methods/methods.ts'
export { methods } from './methods/methods.ts'
export { EventKind, Health } from './methods/running-methods.ts'
export type { AuditRecord, ControlNotice } from './server/control-notice.ts'
export type { ControlServerOptions } from './server/control-server.ts'
export { ControlServer } from './server/control-server.ts'
export type { ControlSocketOptions } from './socket/index.ts'
export { ControlSocket, ControlSocketError, loadServer } from './socket/index.ts'
