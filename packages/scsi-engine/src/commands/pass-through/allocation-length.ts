import { dataView, type Field, u16, u24, u32 } from '@lunkit/wire'

/**
 * Commands of which a device may tell less than it has, as the ALLOCATION LENGTH says (SPC-5 4.2.5.6): it is the same with a smaller one. That
 * of no other command may be changed.
 */
const ALLOCATION_LENGTHS: ReadonlyMap<number, Field<number>> = new Map<number, Field<number>>([
  [0x12, u16(3)], // INQUIRY
  [0x1c, u16(3)], // RECEIVE DIAGNOSTIC RESULTS
  [0x3c, u24(6)], // READ BUFFER (10)
  [0x43, u16(7)], // READ TOC/PMA/ATIP
  [0x46, u16(7)], // GET CONFIGURATION
  [0x4d, u16(7)], // LOG SENSE
  [0x5a, u16(7)], // MODE SENSE (10)
  [0x5e, u16(7)], // PERSISTENT RESERVE IN
  [0x8c, u32(10)], // READ ATTRIBUTE
  [0x95, u32(10)], // REPORT ZONES, and what else ZBC asks
  [0x9b, u32(10)], // READ BUFFER (16)
  [0x9e, u32(10)], // SERVICE ACTION IN (16)
  [0xa2, u32(6)], // SECURITY PROTOCOL IN
  [0xa3, u32(6)], // MAINTENANCE IN
  [0xad, u16(8)], // READ DISC STRUCTURE
  [0xb8, u24(7)], // READ ELEMENT STATUS
])

/** The CDB with no more than `mostBytes` as its ALLOCATION LENGTH; undefined where it has none. */
export function withAllocationLength(cdb: Uint8Array, mostBytes: number): Uint8Array | undefined {
  const [opcode = 0] = cdb
  const field = ALLOCATION_LENGTHS.get(opcode)
  if (!field) return undefined
  const cut = cdb.slice()
  const view = dataView(cut)
  if (field.get(view, 0) > mostBytes) field.set(view, 0, mostBytes)
  return cut
}
