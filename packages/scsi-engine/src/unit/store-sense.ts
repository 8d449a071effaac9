import type { StoreFault, StoreOperation } from '@lunkit/backstores/store'
import { Sense, type SenseCode } from '@lunkit/scsi'

type FaultRow = Readonly<Record<StoreFault, SenseCode>>

/** What every operation has in common. */
const common = {
  gone: Sense.mediumNotPresent,
  noMemory: Sense.systemResourceFailureAborted,
  laneLost: Sense.internalTargetFailureAborted,
  flushFailed: Sense.writeError,
} as const

/** A read: it can neither run out of space nor be refused for being a write. */
const reading: FaultRow = {
  ...common,
  io: Sense.unrecoveredReadError,
  noSpace: Sense.unrecoveredReadError,
  readOnly: Sense.unrecoveredReadError,
  unsupported: Sense.internalTargetFailure,
}

/** Whatever changes the medium, or brings a change to it. */
const changing: FaultRow = {
  ...common,
  io: Sense.writeError,
  noSpace: Sense.spaceAllocationFailedWriteProtect,
  readOnly: Sense.writeProtected,
  unsupported: Sense.internalTargetFailure,
}

/**
 * The sense for each operation of a store and each way it can fail. An operation that the store does not have at all is
 * never submitted, so that `unsupported` is a fault of this device, not of the command.
 */
const TABLE: Readonly<Record<StoreOperation, FaultRow>> = {
  read: reading,
  extents: reading,
  write: changing,
  zero: changing,
  discard: changing,
  flush: changing,
}

/** The sense that a fault of an operation has. */
export const storeSense = (operation: StoreOperation, fault: StoreFault): SenseCode => TABLE[operation][fault]
