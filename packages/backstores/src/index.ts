/** @lunkit/backstores: storage objects, the layers that stack on them, and the worker lanes. */
import './node-version.ts'

export { type Block, openBlock } from './block/block.ts'
export type { BlockOptions } from './block/block-options.ts'
export type { DeviceFacts } from './block/device-facts.ts'
export { type DeviceLook, lookAtDevice } from './block/device-look.ts'
export type { DescriptorCounters as FileioCounters } from './descriptor/descriptor-counters.ts'
export type { ReadBatch } from './descriptor/read-batch.ts'
export { type Fileio, openFileio } from './fileio/fileio.ts'
export type { FileioOptions } from './fileio/fileio-options.ts'
export type { LaneClient } from './lanes/lane-client.ts'
export type { LaneEvent } from './lanes/lane-event.ts'
export type { LaneBlock } from './lanes/lane-metrics.ts'
export { laneMetrics } from './lanes/lane-metrics.ts'
export type { LanePlacement } from './lanes/lane-places.ts'
export type { LaneAccess, LaneSet } from './lanes/lane-set.ts'
export { createLanes, type Lanes } from './lanes/lanes.ts'
export type { LaneStatistics, LanesOptions } from './lanes/lanes-options.ts'
export { DelayLayer, type DelayRule } from './layers/delay.ts'
export { FailLayer, type FailRule } from './layers/fail.ts'
export { Layer } from './layers/layer.ts'
export { type LayerRules, LayerStack } from './layers/layer-stack.ts'
export { type LimitCounts, LimitLayer } from './layers/limit.ts'
export type { LimitRule, Rates } from './layers/limit-rule.ts'
export { type EndedOperation, LogLayer, type LogRule } from './layers/log.ts'
export { ReadOnlyLayer } from './layers/readonly.ts'
export { openVerified, type VerifyLayer } from './layers/verify/verify.ts'
export type { VerifyOptions } from './layers/verify/verify-options.ts'
export { storeLimits } from './limits.ts'
export { type DatagramOutcome, sendDatagram } from './native/datagram.ts'
export { duplicateDescriptor } from './native/duplicate-descriptor.ts'
export { type ExclusiveFile, takeExclusiveFile } from './native/exclusive-file.ts'
export { type PeerCredentials, peerCredentials } from './native/peer-credentials.ts'
export { ignoreRealTimeSignals } from './native/signals.ts'
export { dropPages, trimHeap } from './native/spare-pages.ts'
export { deviceOrigin } from './origin/device-origin.ts'
export { fileOrigin } from './origin/file-origin.ts'
export { machineId, thisMachine } from './origin/machine.ts'
export { scsiOrigin } from './origin/scsi-origin.ts'
export { openPscsi, type Pscsi } from './pscsi/pscsi.ts'
export type { PscsiOptions } from './pscsi/pscsi-options.ts'
export { lookAtScsiDevice, type ScsiLook } from './pscsi/scsi-look.ts'
export { RamMemory } from './ramdisk/ram-memory.ts'
export { createRamdisk } from './ramdisk/ramdisk.ts'
export type { RamdiskOptions } from './ramdisk/ramdisk-options.ts'
export {
  type DeviceAnswer,
  type DeviceCommand,
  DeviceFailure,
  type Extent,
  type FaultCause,
  FaultClearing,
  type FlushFailure,
  type ScsiDevice,
  type Store,
  type StoreEvent,
  StoreFault,
  type StoreFeatures,
  type StoreGeometry,
  type StoreListener,
  StoreListeners,
  StoreOperation,
  StoreRequest,
  type StoreRequestOwner,
} from './store/index.ts'
export type { StoreBlock } from './store-metrics.ts'
export { storeMetrics } from './store-metrics.ts'
export { StoreOpenError, StoreOpenReason } from './store-open-error.ts'
export type { StoreOpeningEvent, StoreOpeningListener } from './store-opening.ts'
export type { Timers } from './timers.ts'
