import type { Slot } from '@lunkit/wire'
import type { Status } from './status.ts'

/** SAM-5 8.9.1: how a task is ordered among the others of its task set. The values are those of RFC 7143 11.3.1. */
export const TaskAttribute = { untagged: 0, simple: 1, ordered: 2, headOfQueue: 3, aca: 4 } as const
export type TaskAttribute = (typeof TaskAttribute)[keyof typeof TaskAttribute]

/** A piece of data-out as the initiator sent it; its slot belongs to whoever was handed the piece. */
export interface Piece {
  /** The memory; the piece starts at its first byte. */
  readonly slot: Slot
  /** How many bytes of the slot the piece has, 256 KiB at most. */
  readonly lengthBytes: number
}

/** Waits for data-out that a task has asked for. The device server's command implements it. */
export interface PieceReceiver {
  /** The next piece, in order and verified; the receiver owns its slot now. May be called from within `receive`. */
  receivePiece(piece: Piece): void
}

/** Waits for room in the task's transport. */
export interface RoomReceiver {
  /** There is room for the bytes that were asked for; it stays until the end of the call. */
  roomMade(): void
}

/**
 * One SCSI command on its way through a transport, which makes it and implements this; the device server reads what
 * the command is and drives its data. Exactly one of `finish` and `terminate` ends a task, and after it the device
 * server calls nothing of it any more.
 *
 * Order of data-out: `expectData` once, then `receive` once a piece, the next after the last was received.
 * Order of data-in: `dataLength` first, then per piece `room` and `send`, then `finish`.
 */
export interface Task {
  /** The initiator's name for the task, unique in its nexus while the task lives. */
  readonly tag: number
  /** The logical unit number: 0 and up, or one of `SpecialLun`. */
  readonly lun: number
  readonly attribute: TaskAttribute
  /** The command descriptor block, at least 16 bytes, zero-padded; valid as long as the task lives. */
  readonly cdb: Uint8Array
  /** Bytes the initiator has room for as data-in; 0 when it asked for none. */
  readonly readBytes: number
  /** Bytes the initiator has to send as data-out; 0 when it has none. */
  readonly writeBytes: number
  /** The device server's own record of the task; the transport only keeps it. */
  execution: object | undefined

  /**
   * Says how long the command's data is by its CDB, in bytes, whatever the initiator expects: residuals are counted
   * from it (RFC 7143 11.4.5), and `send` and `receive` move the smaller of both lengths. Leave it out for a command
   * without data.
   */
  dataLength(lengthBytes: number): void

  /** Lets the transport solicit `lengthBytes` of data-out (never more than `writeBytes`). Without it no R2T is sent. */
  expectData(lengthBytes: number): void
  /** Asks for the next piece: 256 KiB, or what is left of the expected data when that is less. */
  receive(receiver: PieceReceiver): void

  /** Whether `lengthBytes` of data-in may be read and sent now; if not, `receiver.roomMade` is called when they may. */
  room(lengthBytes: number, receiver: RoomReceiver): boolean
  /**
   * Sends the next `data` bytes of data-in. With a slot its reference goes to the transport, which releases it when the
   * socket has taken the bytes; without one the bytes must never change again.
   */
  send(data: Uint8Array, slot?: Slot): void

  /** Ends the task with a status. `sense` (SPC-5 4.4, fixed or descriptor format) goes with CHECK CONDITION. */
  finish(status: Status, sense?: Uint8Array): void
  /**
   * Ends the task without a result of its own: its data is dropped, R2Ts already sent are drained silently. With
   * `status` (TASK ABORTED, SAM-5 5.3.1) the initiator is told, without it nothing is sent.
   */
  terminate(status?: Status): void
}

/**
 * The longest piece, in bytes, in which a task's data moves. A command that must see its data-out whole (COMPARE AND
 * WRITE, a parameter list) takes at most one piece.
 */
export const PIECE_BYTES = 256 * 1024
