import { bit } from '@lunkit/wire'
import { cdb, mustBeZero } from '../cdb.ts'
import { extent10, extent16, protect } from './block-fields.ts'

/**
 * ANCHOR is refused, as ANC_SUP is zero in the Logical Block Provisioning page. PBDATA and LBDATA of SBC-2 wrote
 * addresses into the data; both are obsolete and refused too.
 */
const flags = {
  wrProtect: protect(),
  anchor: mustBeZero(bit(1, 4)),
  unmap: bit(1, 3),
  pbData: mustBeZero(bit(1, 2)),
  lbData: mustBeZero(bit(1, 1)),
}

export const WriteSame10 = cdb({
  name: 'WRITE SAME (10)',
  spec: 'SBC-4, WRITE SAME (10) command',
  opcode: 0x41,
  size: 10,
  fields: { ...flags, ...extent10 },
})

export const WriteSame16 = cdb({
  name: 'WRITE SAME (16)',
  spec: 'SBC-4, WRITE SAME (16) command',
  opcode: 0x93,
  size: 16,
  /** NDOB: there is no data-out, the block written is all zeroes. */
  fields: { ...flags, noDataOut: bit(1, 0), ...extent16 },
})
