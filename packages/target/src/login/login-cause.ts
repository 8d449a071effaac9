import { LoginStatus, LoginStatusClass, loginStatusClass } from '@lunkit/pdu'

/** What a login was refused for, as it is counted. */
export const LoginCause = {
  /** The initiator may not log in. */
  noAcl: 'no_acl',
  /** It must prove who it is, or wants to, and does not come as far as its secret. */
  authentication: 'authentication',
  /** It gave a name or a secret that is not right, RFC 7143 12.1.3. */
  badSecret: 'bad_secret',
  /** There is no such target, or it is not reached at this portal. */
  unknownTarget: 'unknown_target',
  tpgDisabled: 'tpg_disabled',
  /** It is to go elsewhere, RFC 7143 11.13.5. */
  redirected: 'redirected',
  /** There is too much of something already. */
  limit: 'limit',
  /** What it would log in to is drained, and whoever comes kept out meanwhile. */
  drained: 'drained',
  shuttingDown: 'shutting_down',
  /** What it said was wrong. */
  protocol: 'protocol',
  /** What went wrong is ours. */
  fault: 'fault',
} as const
export type LoginCause = (typeof LoginCause)[keyof typeof LoginCause]

const causes: Readonly<Partial<Record<LoginStatus, LoginCause>>> = {
  [LoginStatus.authenticationFailure]: LoginCause.authentication,
  [LoginStatus.authorizationFailure]: LoginCause.noAcl,
  [LoginStatus.notFound]: LoginCause.unknownTarget,
  [LoginStatus.targetRemoved]: LoginCause.unknownTarget,
  [LoginStatus.tooManyConnections]: LoginCause.limit,
  [LoginStatus.serviceUnavailable]: LoginCause.tpgDisabled,
  [LoginStatus.outOfResources]: LoginCause.limit,
}

/** Where the status leaves it open, what its class is about. */
const ofClass: Readonly<Record<number, LoginCause>> = {
  [LoginStatusClass.redirection]: LoginCause.redirected,
  [LoginStatusClass.initiatorError]: LoginCause.protocol,
}

/** What a login status is for, unless somebody knows better. */
export const causeOfStatus = (status: LoginStatus): LoginCause =>
  causes[status] ?? ofClass[loginStatusClass(status)] ?? LoginCause.fault
