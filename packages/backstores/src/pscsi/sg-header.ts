import { dataView, layout, u8, u32le } from '@lunkit/wire'

/** `ioctl(2)` requests of <scsi/sg.h>. */
export const SgRequest = { io: 0x2285, reset: 0x2284 } as const

/** `SG_SCSI_RESET_DEVICE`, without going on to reset more when that does not help (`SG_SCSI_RESET_NO_ESCALATE`). */
export const RESET_DEVICE_ALONE = 0x101

/**
 * `struct sg_io_hdr` of 64-bit Linux; pointers are 64 bits in two words. Signed members are read and written as what they are
 * without a sign.
 */
const SgIoHeader = layout({
  name: 'struct sg_io_hdr',
  spec: '<scsi/sg.h>',
  size: 88,
  fields: {
    interfaceId: u32le(0),
    direction: u32le(4),
    cdbLength: u8(8),
    senseRoom: u8(9),
    dataLength: u32le(12),
    dataLow: u32le(16),
    dataHigh: u32le(20),
    cdbLow: u32le(24),
    cdbHigh: u32le(28),
    senseLow: u32le(32),
    senseHigh: u32le(36),
    timeoutMs: u32le(40),
    flags: u32le(44),
    status: u8(64),
    senseLength: u8(67),
    /** Of the host adapter in the low half, of the driver in the high one. */
    wayStatus: u32le(68),
    residual: u32le(72),
  },
})

/** What SG_SCSI_RESET is given. */
const ResetArgument = layout({ name: 'reset', spec: '<scsi/sg.h>', size: 4, fields: { what: u32le(0) } })

const INTERFACE_ID = 0x53
/** -1, -2 and -3. */
const DIRECTIONS = { none: 0xffff_ffff, out: 0xffff_fffe, in: 0xffff_fffd } as const
/** Data goes straight to and from its memory, where the driver of /dev/sg* is allowed to. */
const SG_FLAG_DIRECT_IO = 0x01
/** Commands are begun in the order in which they come. */
const SG_FLAG_Q_AT_TAIL = 0x10

/** The longest CDB that is handed over. */
export const LONGEST_CDB_BYTES = 32
/** Sense data has 252 bytes at the most (SPC-5 4.4). */
const SENSE_BYTES = 252
const HALF_WORD = 0xffff
const HALF_WORD_BITS = 16
const CDB_AT = SgIoHeader.size
const SENSE_AT = CDB_AT + LONGEST_CDB_BYTES
/** A header with the CDB and the sense data that it points to. */
export const BLOCK_BYTES = 384

/** What is asked of the driver. */
export interface SgCall {
  readonly cdb: Uint8Array
  readonly direction: keyof typeof DIRECTIONS
  /** Where the data lies; 0 without any. */
  readonly dataAddress: number
  readonly dataBytes: number
  readonly timeoutMs: number
}

/** What the driver has said. */
export interface SgResult {
  readonly status: number
  readonly hostStatus: number
  readonly driverStatus: number
  readonly sense: Uint8Array
  /** Bytes that were not moved; below zero where a device had more than was asked for. */
  readonly residual: number
}

/** A `struct sg_io_hdr` in memory that the driver reads and writes. */
export class SgHeader {
  /** Where it lies. */
  readonly address: number
  readonly #bytes: Uint8Array
  readonly #view: DataView

  /** `bytes` are BLOCK_BYTES of memory that stays at `address`. */
  constructor(bytes: Uint8Array, address: number) {
    this.#bytes = bytes
    this.#view = dataView(bytes)
    this.address = address
  }

  /** @throws {RangeError} for a CDB that no header holds. */
  compose({ cdb, direction, dataAddress, dataBytes, timeoutMs }: SgCall): void {
    if (cdb.length === 0 || cdb.length > LONGEST_CDB_BYTES)
      throw new RangeError(`a CDB of ${cdb.length} bytes was given; right is 1 to ${LONGEST_CDB_BYTES}`)
    this.#bytes.fill(0)
    this.#bytes.set(cdb, CDB_AT)
    const out = SgIoHeader.compose(this.#view)
    out.interfaceId = INTERFACE_ID
    out.direction = DIRECTIONS[direction]
    out.cdbLength = cdb.length
    out.senseRoom = SENSE_BYTES
    out.dataLength = dataBytes
    out.dataLow = low(dataAddress)
    out.dataHigh = high(dataAddress)
    out.cdbLow = low(this.address + CDB_AT)
    out.cdbHigh = high(this.address + CDB_AT)
    out.senseLow = low(this.address + SENSE_AT)
    out.senseHigh = high(this.address + SENSE_AT)
    out.timeoutMs = timeoutMs
    out.flags = SG_FLAG_Q_AT_TAIL | (dataBytes > 0 ? SG_FLAG_DIRECT_IO : 0)
  }

  /** What the driver has written. */
  result(): SgResult {
    const { status, senseLength, wayStatus, residual } = SgIoHeader.view(this.#view)
    return {
      status,
      hostStatus: wayStatus & HALF_WORD,
      driverStatus: wayStatus >>> HALF_WORD_BITS,
      sense: this.#bytes.slice(SENSE_AT, SENSE_AT + Math.min(senseLength, SENSE_BYTES)),
      residual: residual | 0,
    }
  }

  /** Says what SG_SCSI_RESET is to reset. */
  composeReset(what: number): void {
    ResetArgument.compose(this.#view).what = what
  }
}

const WORD = 2 ** 32
const low = (address: number): number => address % WORD
const high = (address: number): number => Math.floor(address / WORD)
