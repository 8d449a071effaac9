/** lunkit: an iSCSI target inside a Node program, and an initiator to go with it. */
import './node-version.ts'

export type {
  DatagramOutcome,
  DeviceFacts,
  DeviceLook,
  EndedOperation,
  ExclusiveFile,
  FaultCause,
  LaneEvent,
  LanePlacement,
  LayerRules,
  LimitRule,
  LogRule,
  PeerCredentials,
  ScsiLook,
  Store,
  StoreFault,
  StoreFeatures,
  StoreOpeningEvent,
  StoreOpeningListener,
} from '@lunkit/backstores'
export {
  duplicateDescriptor,
  ignoreRealTimeSignals,
  lookAtDevice,
  lookAtScsiDevice,
  machineId,
  peerCredentials,
  StoreOpenError,
  StoreOpenReason,
  sendDatagram,
  takeExclusiveFile,
  trimHeap,
} from '@lunkit/backstores'
export type {
  AttentionNotice,
  AttentionPolicy,
  BlockDevice,
  BlockOptions,
  ChapAlgorithmName,
  ChapCredentials,
  ChapOptions,
  Command,
  CommandResult,
  ConnectOptions,
  DiscoveredTarget,
  KeepAliveOptions,
  LastingOptions,
  LastingSession,
  LogicalUnit,
  LossNotice,
  Patience,
  PortalOptions,
  ReconnectListener,
  ReconnectOptions,
  RedirectionNotice,
  Session,
  SessionListener,
  UrlConnectOptions,
} from '@lunkit/initiator'
export {
  AbortedError,
  AuthenticationError,
  AuthenticationFault,
  ConnectionError,
  connect,
  discover,
  keepConnected,
  LoginError,
  LoginStatus,
  openBlockDevice,
  ParameterDataError,
  ProtocolError,
  RejectedError,
  RejectReason,
  ScsiError,
  Sense,
  SenseKey,
  Status,
  TaskManagementError,
  TaskManagementFunction,
  TimeoutError,
} from '@lunkit/initiator'
export type { UnitAttributes, UnitEvent, UnitIdentity, UnitOptions } from '@lunkit/scsi-engine'
export { DuplicateIdentityError } from '@lunkit/scsi-engine'
export type {
  AccessPolicy,
  AccessRule,
  ArrivingLogin,
  ChapIdentity,
  Drained,
  GroupRedirection,
  InitiatorAccess,
  KeepOut,
  KeptOut,
  LoginProof,
  LogoutTimes,
  PduListener,
  PortalAddress,
  SessionDescription,
  SessionGauge,
  SessionLoad,
  TargetCredentials,
  TargetEvent,
  TargetLimits,
  TargetListener,
  TracedPdu,
  TraceOptions,
} from '@lunkit/target'
export {
  ChapAlgorithm,
  ChapSecret,
  ConnectionRefusal,
  DEFAULT_ACCESS,
  LoginCause,
  nodeAccess,
  openAccess,
  TARGET_LIMITS,
} from '@lunkit/target'
export type { BlockStorageOptions } from './block.ts'
export { block } from './block.ts'
export type { TargetAddress } from './create-target.ts'
export { createTarget, LunkitTarget } from './create-target.ts'
export { derivedSerial, derivedSuffix } from './derived-names.ts'
export type { Disk, FlushFailure } from './disk.ts'
export type { DiskOptions } from './disk-options.ts'
export { DiskServer, TRANSFER_MEMORY_BYTES } from './disk-server.ts'
export type { ServerEvent } from './event-feed.ts'
export type { FileioOptions } from './fileio.ts'
export { fileio } from './fileio.ts'
export { layered } from './layered.ts'
export { LOGOUT_GRACE_MS } from './logout-grace.ts'
export { DEFAULT_LOGIN_PARAMETERS } from './new-target.ts'
export type { PscsiStorageOptions } from './pscsi.ts'
export { pscsi } from './pscsi.ts'
export type { RamdiskOptions } from './ramdisk.ts'
export { ramdisk } from './ramdisk.ts'
export type { AddLunOptions, ServedLun } from './served-target.ts'
export { ServedTarget } from './served-target.ts'
export { threadMetrics } from './server-metrics.ts'
export type { DiskEvent, DiskServerOptions } from './server-options.ts'
export type { ServerStatistics, StatisticsBlocks } from './server-statistics.ts'
export type { Storage, StorageResources } from './storage.ts'
export type {
  LoginParameters,
  LunOptions,
  NewTargetOptions,
  PortalGroupOptions,
  ServedTargetOptions,
  TargetOptions,
} from './target-options.ts'
export type { ApplyOptions } from './tree/apply-options.ts'
export type { Applied } from './tree/conclusion.ts'
export type { DisabledGroup } from './tree/disabled-group.ts'
export type { GroupSettings } from './tree/group-settings.ts'
export type { ServedTree } from './tree/served-tree.ts'
export type { OfKind, Step, StepKind, StepOf } from './tree/step.ts'
export type { StepFailure } from './tree/step-error.ts'
export { StepError } from './tree/step-error.ts'
export { lunUrl } from './url.ts'
export { type Verification, verified } from './verified.ts'
export { writeProtected } from './write-protected.ts'
