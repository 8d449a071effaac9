/** @lunkit/control/client: a program's end of the control API, without what only a daemon needs. */
import '../node-version.ts'

export type { FaultDescription, FaultOptions } from '../control-fault.ts'
export { ControlFault, FaultKind } from '../control-fault.ts'
export type { CallName, ControlEvent, ControlPdu, ControlTrace, GivenOf, ResultOf } from '../methods/methods.ts'
export type { MethodName, Route } from '../methods/routes.ts'
export { Access, Body, OPENAPI_PATH, routes } from '../methods/routes.ts'
export type { CallOptions, Given } from './control-client.ts'
export { ControlClient } from './control-client.ts'
export type { ControlClientOptions } from './daemon-place.ts'
export { NoDaemonError } from './no-daemon-error.ts'
