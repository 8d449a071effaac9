/** @lunkit/initiator: an iSCSI initiator: sessions, SCSI commands, a block device object, and raw connections for tests. */
import './node-version.ts'

/** The names of what errors and answers carry, from the packages that declare them. */
export {
  AsyncEvent,
  LoginStatus,
  RejectReason,
  TaskAttribute,
  TaskManagementFunction,
  TaskManagementResponseCode,
} from '@lunkit/pdu'
export { ParameterDataError, Sense, SenseKey, senseName } from '@lunkit/scsi'
export { Status } from '@lunkit/scsi/transport'
export type { Timers } from '@lunkit/wire'
export type { IscsiUrl, PortalAddress } from './address.ts'
export { parseIscsiUrl, parsePortal, urlAuth } from './address.ts'
export type { AttentionNotice, AttentionPolicy } from './attention.ts'
export { BlockDevice, openBlockDevice } from './block-device.ts'
export type { ChapAlgorithmName, ChapCredentials, ChapOptions } from './chap/chap-options.ts'
export type { Command, TaskManagementTarget } from './command.ts'
export { lunField } from './command-sender.ts'
export { connect, DEFAULT_INITIATOR_NAME, DEFAULT_OFFERS } from './connect.ts'
export type { ConnectOptions, PortalOptions, UrlConnectOptions } from './connect-options.ts'
export type { DiscoveredTarget } from './discover.ts'
export { discover } from './discover.ts'
export {
  AbortedError,
  AuthenticationError,
  AuthenticationFault,
  ConnectionError,
  LoginError,
  ProtocolError,
  RejectedError,
  ScsiError,
  TaskManagementError,
  TimeoutError,
} from './error.ts'
export type { AsyncNotice, RejectNotice } from './full-feature.ts'
export type { KeepAliveOptions } from './keep-alive.ts'
export type { LastingOptions } from './lasting/keep-connected.ts'
export { keepConnected } from './lasting/keep-connected.ts'
export type { LastingSession } from './lasting/lasting-session.ts'
export type { LossNotice, ReconnectListener, ReconnectOptions } from './lasting/reconnect-options.ts'
export { KEEP_ALIVE_MS } from './limits.ts'
export type { BlockOptions, SynchronizeOptions, WriteSameOptions } from './logical-unit.ts'
export { LogicalUnit } from './logical-unit.ts'
export type { LoggedIn, LoginOptions } from './login.ts'
export type { Patience } from './patience.ts'
export type { ModeSenseOptions, ReservationOptions, UnitCommand } from './primary-unit.ts'
export { isUnitAttention, PrimaryUnit } from './primary-unit.ts'
export type { RawExtras } from './raw-connection.ts'
export { RawConnection } from './raw-connection.ts'
export type { RedirectionNotice } from './redirection-notice.ts'
export type { Sequence } from './sequence.ts'
export { Session } from './session.ts'
export type { SessionListener } from './session-settings.ts'
export type { CommandListener, CommandRequest, CommandResult, CommandTask } from './task.ts'
export type { TcpAddress } from './tcp.ts'
export { tcp } from './tcp.ts'
export type { OpenTransport, Transport, TransportEvents } from './transport.ts'
export type { UnitSession } from './unit-session.ts'
