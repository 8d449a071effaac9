const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

/** PERIPHERAL DEVICE TYPE, SPC-5: those whose driver in Linux has times of its own. */
const Type = { disk: 0x00, tape: 0x01, cd: 0x05, changer: 0x08, zoned: 0x14 } as const

/** For one type of device: what any command may take, and those that may take longer. */
interface TypeTimes {
  readonly anyMs: number
  /** Whether its driver goes by the time that sysfs says instead, which an administrator may set. */
  readonly bySysfs?: boolean
  readonly longMs: ReadonlyMap<number, number>
}

const FORMAT_UNIT = 0x04
const SANITIZE = 0x48
const everyLong: readonly (readonly [opcode: number, ms: number])[] = [
  // The kernel sends neither; sg_format and sg_sanitize wait for a day.
  [FORMAT_UNIT, 24 * HOUR_MS],
  [SANITIZE, 24 * HOUR_MS],
]

/** sd.h: SD_TIMEOUT, SD_FLUSH_TIMEOUT_MULTIPLIER, SD_WRITE_SAME_TIMEOUT. */
const disk: TypeTimes = {
  anyMs: 30 * SECOND_MS,
  bySysfs: true,
  longMs: new Map([
    ...everyLong,
    [0x35, MINUTE_MS], // SYNCHRONIZE CACHE (10), (16)
    [0x91, MINUTE_MS],
    [0x1b, MINUTE_MS], // START STOP UNIT
    [0x41, 2 * MINUTE_MS], // WRITE SAME (10), (16)
    [0x93, 2 * MINUTE_MS],
    [0x42, 2 * MINUTE_MS], // UNMAP
  ]),
}

/** st.c: ST_TIMEOUT and ST_LONG_TIMEOUT. */
const TAPE_LONG_MS = 14_000 * SECOND_MS
const tape: TypeTimes = {
  anyMs: 900 * SECOND_MS,
  longMs: new Map([
    ...everyLong,
    [0x01, TAPE_LONG_MS], // REWIND
    [0x11, TAPE_LONG_MS], // SPACE (6), (16)
    [0x91, TAPE_LONG_MS],
    [0x19, TAPE_LONG_MS], // ERASE (6), (16)
    [0x93, TAPE_LONG_MS],
    [0x1b, TAPE_LONG_MS], // LOAD UNLOAD
    [0x2b, TAPE_LONG_MS], // LOCATE (10), (16)
    [0x92, TAPE_LONG_MS],
    [0x13, TAPE_LONG_MS], // VERIFY
  ]),
}

/** sr.c: SR_TIMEOUT; what writes a whole medium takes as long as programs that burn wait for. */
const cd: TypeTimes = {
  anyMs: 30 * SECOND_MS,
  longMs: new Map([
    ...everyLong,
    [0x1b, MINUTE_MS], // START STOP UNIT
    [0x35, 10 * MINUTE_MS], // SYNCHRONIZE CACHE
    [0x53, 10 * MINUTE_MS], // RESERVE TRACK
    [0x5b, 30 * MINUTE_MS], // CLOSE TRACK SESSION
    [0xa1, 2 * HOUR_MS], // BLANK
  ]),
}

/** ch.c: timeout_move and timeout_init. */
const changer: TypeTimes = {
  anyMs: 300 * SECOND_MS,
  longMs: new Map([
    [0x07, HOUR_MS], // INITIALIZE ELEMENT STATUS
    [0x37, HOUR_MS], // the same, with range
    [0xe7, HOUR_MS],
  ]),
}

const BY_TYPE: ReadonlyMap<number, TypeTimes> = new Map([
  [Type.disk, disk],
  [Type.zoned, disk],
  [Type.tape, tape],
  [Type.cd, cd],
  [Type.changer, changer],
])

/** sg.h: SG_DEFAULT_TIMEOUT, of a device that only the driver for all of them knows. */
const other: TypeTimes = { anyMs: MINUTE_MS, longMs: new Map(everyLong) }

/**
 * How long a command may take before the kernel gives it up, in milliseconds: as long as the kernel's own drivers would let it.
 * `sysfsMs` is what the device's folder in sysfs says; 0: nothing.
 */
export function commandTimeMs(deviceType: number, cdb: Uint8Array, sysfsMs: number): number {
  const { anyMs, bySysfs, longMs } = BY_TYPE.get(deviceType) ?? other
  const [opcode = 0] = cdb
  return Math.max((bySysfs && sysfsMs) || anyMs, longMs.get(opcode) ?? 0)
}
