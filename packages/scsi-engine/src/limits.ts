import { SERVED_LUNS } from '@lunkit/scsi/transport'

/** Every limit of the device server, by name. */

/** Conditions that wait for one nexus at one unit; more are not kept (SAM-5 5.14 lets a device server bound them). */
export const ATTENTIONS_A_NEXUS = 16
/** Closed nexuses whose unit attentions a unit remembers; older ones find 29/00 when they return. */
export const REMEMBERED_NEXUSES = 1024
/** Initiators of one target that are counted one by one at a time; those that come then are counted together, as `_other`. */
export const COUNTED_INITIATORS = 256
/** A unit's task set holds this many times the tasks that one nexus may have in it (`queueDepth`). */
export const NEXUSES_AT_FULL_DEPTH = 32
/** Ended executions kept for the next tasks, a target device. */
export const SPARE_EXECUTIONS = 4096
/** How long an operation may stay in a store after its task was aborted; then the unit is quarantined. */
export const STORE_RETURN_MS = 30_000
/** How long a write cache that is to end waits for the commands that have begun, and for the flush after them. */
export const CACHE_END_MS = 10_000
/** How often READ CAPACITY asks a store whether its medium has another size by now, at most. */
export const SIZE_LOOK_EVERY_MS = 1000
/** How long it waits for the answer. */
export const SIZE_LOOK_MS = 250
/** How long failures of one kind are counted before an administrator is told of them again. */
export const FAILURE_REPORT_MS = 10_000
/** Descriptors that one GET LBA STATUS answers with at the most. */
export const LBA_STATUS_DESCRIPTORS = 1024
/** Logical units that one initiator may see: as many as there are numbers. */
export const MAPPED_LUNS: number = SERVED_LUNS
/** Blocks that COMPARE AND WRITE takes at the most: the field of the Block Limits VPD page is one byte. */
export const COMPARE_AND_WRITE_BLOCKS = 255
/** The part of the process's transfer memory that commands of one unit may take for themselves. */
export const UNIT_PART_OF_MEMORY = 1 / 64
