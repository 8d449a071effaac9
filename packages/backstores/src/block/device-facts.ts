import type { DeviceFolder } from './device-folder.ts'

/** The unit in which the kernel tells sizes, whatever the device's block. */
export const SECTOR_BYTES = 512

/** What the kernel knows of a block device (Documentation/ABI/stable/sysfs-block). All sizes are in bytes; 0 stands for none. */
export interface DeviceFacts {
  readonly sizeBytes: number
  /** The smallest that it reads and writes. */
  readonly logicalBlockBytes: number
  /** The smallest that it writes without reading first. */
  readonly physicalBlockBytes: number
  /** Where the first physical block begins. */
  readonly alignmentBytes: number
  /** What is best read and written together. */
  readonly optimalIoBytes: number
  readonly rotational: boolean
  /** The longest discard at a time. */
  readonly discardBytes: number
  /** The unit in which it gives space back. */
  readonly discardGranularityBytes: number
  /** Where the first of these units begins. */
  readonly discardAlignmentBytes: number
  /** How much it zeroes by itself at a time. */
  readonly zeroBytes: number
  /** It has a write cache that loses what was not flushed. */
  readonly volatileCache: boolean
  readonly readOnly: boolean
}

/** Reads what the kernel says now. */
export function factsOf(folder: DeviceFolder): DeviceFacts {
  const logicalBlockBytes = folder.diskNumber('queue/logical_block_size') || SECTOR_BYTES
  return {
    sizeBytes: sizeOf(folder),
    logicalBlockBytes,
    physicalBlockBytes: folder.diskNumber('queue/physical_block_size') || logicalBlockBytes,
    // A partition has an alignment of its own. -1: it cannot be aligned at all.
    alignmentBytes: Math.max(0, Number(folder.text('alignment_offset') ?? 0)),
    optimalIoBytes: folder.diskNumber('queue/optimal_io_size'),
    rotational: folder.diskText('queue/rotational') !== '0',
    discardBytes: folder.diskNumber('queue/discard_max_bytes'),
    discardGranularityBytes: folder.diskNumber('queue/discard_granularity'),
    discardAlignmentBytes: Number(folder.text('discard_alignment') ?? 0),
    zeroBytes: folder.diskNumber('queue/write_zeroes_max_bytes'),
    // What the kernel does not know must be taken to have one.
    volatileCache: folder.diskText('queue/write_cache') !== 'write through',
    readOnly: folder.text('ro') === '1',
  }
}

/** How long the device is now; 0 for one that has gone. */
export const sizeOf = (folder: DeviceFolder): number => Number(folder.text('size') ?? 0) * SECTOR_BYTES
