/** Commands whose data describes a unit, by their operation codes (SPC-5, SBC-4). What others move somebody has stored, or may be a key. */
const OPERATION_CODES: ReadonlySet<number> = new Set([
  ...[0x03, 0x12, 0xa0], // REQUEST SENSE, INQUIRY, REPORT LUNS
  ...[0x15, 0x1a, 0x55, 0x5a], // MODE SELECT and MODE SENSE
  ...[0x25, 0x9e], // READ CAPACITY, GET LBA STATUS
  ...[0x42, 0x4d, 0xa3], // UNMAP, LOG SENSE, REPORT SUPPORTED OPERATION CODES and others of MAINTENANCE IN
])

/** Whether the data of a command is parameters. */
export const hasParameters = ([operationCode = -1]: Uint8Array): boolean => OPERATION_CODES.has(operationCode)
