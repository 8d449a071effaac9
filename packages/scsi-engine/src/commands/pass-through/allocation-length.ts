/** Where a CDB says how much of what it asks for there is room for: its first byte, and how many. */
type Place = readonly [at: number, bytes: number]

/**
 * Commands of which a device may tell less than it has, as the ALLOCATION LENGTH says (SPC-5 4.2.5.6): it is the same with a smaller one. That
 * of no other command may be changed.
 */
const PLACES: ReadonlyMap<number, Place> = new Map([
  [0x12, [3, 2]], // INQUIRY
  [0x1c, [3, 2]], // RECEIVE DIAGNOSTIC RESULTS
  [0x3c, [6, 3]], // READ BUFFER (10)
  [0x43, [7, 2]], // READ TOC/PMA/ATIP
  [0x46, [7, 2]], // GET CONFIGURATION
  [0x4d, [7, 2]], // LOG SENSE
  [0x5a, [7, 2]], // MODE SENSE (10)
  [0x5e, [7, 2]], // PERSISTENT RESERVE IN
  [0x8c, [10, 4]], // READ ATTRIBUTE
  [0x95, [10, 4]], // REPORT ZONES, and what else ZBC asks
  [0x9b, [10, 4]], // READ BUFFER (16)
  [0x9e, [10, 4]], // SERVICE ACTION IN (16)
  [0xa2, [6, 4]], // SECURITY PROTOCOL IN
  [0xa3, [6, 4]], // MAINTENANCE IN
  [0xad, [8, 2]], // READ DISC STRUCTURE
  [0xb8, [7, 3]], // READ ELEMENT STATUS
])

const BYTE_BITS = 8

/** The CDB with no more than `mostBytes` as its ALLOCATION LENGTH; undefined where it has none. */
export function withAllocationLength(cdb: Uint8Array, mostBytes: number): Uint8Array | undefined {
  const [opcode = 0] = cdb
  const place = PLACES.get(opcode)
  if (!place) return undefined
  const [at, bytes] = place
  if (numberAt(cdb, place) <= mostBytes) return cdb
  const cut = cdb.slice()
  for (let byte = 0; byte < bytes; byte++) cut[at + byte] = mostBytes >>> (BYTE_BITS * (bytes - 1 - byte))
  return cut
}

const numberAt = (cdb: Uint8Array, [at, bytes]: Place): number =>
  cdb.subarray(at, at + bytes).reduce((number, byte) => number * 2 ** BYTE_BITS + byte, 0)
