import type { Store, StoreFault } from '@lunkit/backstores'
import type { LogicalUnit } from '@lunkit/scsi-engine'

/** An opened disk: its store, and the logical unit that initiators see of it. */
export interface Disk {
  /** By what the steps of a change know it. */
  readonly key: string
  /** The storage object's name. */
  readonly name: string
  readonly store: Store
  readonly unit: LogicalUnit
}

/** A disk whose last flush, when it was closed, failed: writes that were acknowledged may be lost. */
export interface FlushFailure {
  /** Plugin and name: `fileio/disk0`. */
  readonly disk: string
  /** The serial number of its unit. */
  readonly serial: string
  readonly fault: StoreFault
}
