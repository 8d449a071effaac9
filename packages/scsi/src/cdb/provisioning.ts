import { bit, count64, u8, u16, u32 } from '@lunkit/wire'
import { cdb, mustBeZero } from '../cdb.ts'
import { groupNumber } from './block-fields.ts'

/** ANCHOR is refused, as ANC_SUP is zero in the Logical Block Provisioning page. */
export const Unmap = cdb({
  name: 'UNMAP',
  spec: 'SBC-4 5.35',
  opcode: 0x42,
  size: 10,
  fields: { anchor: mustBeZero(bit(1, 0)), groupNumber: groupNumber(6), parameterListLength: u16(7) },
})

/** REPORT TYPE 0 asks for every extent; the filters of SBC-4 are not supported. */
export const GetLbaStatus16 = cdb({
  name: 'GET LBA STATUS (16)',
  spec: 'SBC-4, GET LBA STATUS (16) command',
  opcode: 0x9e,
  serviceAction: 0x12,
  size: 16,
  fields: { lba: count64(2), allocationLength: u32(10), reportType: mustBeZero(u8(14)) },
})
