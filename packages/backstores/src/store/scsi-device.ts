import type { LongMemory, Slot } from '@lunkit/wire'
import type { FaultCause } from './fault-cause.ts'

/** Why a command was not answered by the device that it was handed to; nothing of these is ever GOOD. */
export const DeviceFailure = {
  /** The device is not there any more, or nobody reaches it. */
  gone: 'gone',
  /** It did not answer in the command's time, and was made to give it up. */
  timedOut: 'timedOut',
  /** A reset, or somebody else, has ended it. */
  aborted: 'aborted',
  /** What came over the bus was damaged. */
  damaged: 'damaged',
  /** It was not begun, and may be sent again. */
  busy: 'busy',
  /** The device belongs to another host. */
  reserved: 'reserved',
  /** Memory for it was short; it may be sent again. */
  noMemory: 'noMemory',
  /** The system refuses the command: it has more data than the host can move, or this process may not send it. */
  refused: 'refused',
  /** The lane that had it died; whether it was done is not known. */
  lost: 'lost',
  /** Something else on the way to the device failed. */
  host: 'host',
} as const
export type DeviceFailure = (typeof DeviceFailure)[keyof typeof DeviceFailure]

/** A command for a SCSI device. */
export interface DeviceCommand {
  /** The CDB, as long as it is. */
  readonly cdb: Uint8Array
  /** Which way its data goes: `in` is to us. */
  readonly direction: 'none' | 'in' | 'out'
  /** The memory of the data, of the slab or the device's own, from `slotOffset` on; it stays the caller's, who keeps it until the answer is there. Left out without data. */
  readonly slot?: Slot | undefined
  readonly slotOffset?: number
  /** How much data there is or may come, in bytes: `transferBytes` of the device at the most. */
  readonly lengthBytes: number
}

/** How a device has answered a command. */
export interface DeviceAnswer {
  /** Why it has not; the rest means nothing then. */
  readonly failure: DeviceFailure | undefined
  /** Beside a failure that the system told by an error number. */
  readonly cause?: FaultCause | undefined
  /** The status, SAM-5 5.3.1. */
  readonly status: number
  /** The sense data that came with it, in the device's own format; empty: none came. */
  readonly sense: Uint8Array
  /** How many bytes of data were not moved. */
  readonly residualBytes: number
}

/** A SCSI device of this machine, to which commands are handed as they are. */
export interface ScsiDevice {
  /** PERIPHERAL DEVICE TYPE of its INQUIRY data. */
  readonly deviceType: number
  /** How much data one command can have, in bytes. */
  readonly transferBytes: number
  /** How long a block of it is, in bytes, by which it counts a TRANSFER LENGTH; undefined where the system does not know. */
  readonly blockBytes?: number | undefined
  /** For the data of a command that no slot of the slab holds: of one command at a time. */
  readonly longMemory: LongMemory
  /** Hands a command over; resolves when it has ended, however it did. */
  execute(command: DeviceCommand): Promise<DeviceAnswer>
  /** Resets the device, and nothing beside it; resolves when that is done. False: the host could not. */
  reset(): Promise<boolean>
}
