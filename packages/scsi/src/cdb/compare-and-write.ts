import { count64, u8 } from '@lunkit/wire'
import { cdb } from '../cdb.ts'
import { cacheFlags, groupNumber, protect } from './block-fields.ts'

/** Its data-out is twice `blocks` long: what to compare with, then what to write. */
export const CompareAndWrite = cdb({
  name: 'COMPARE AND WRITE',
  spec: 'SBC-4, COMPARE AND WRITE command',
  opcode: 0x89,
  size: 16,
  fields: { wrProtect: protect(), ...cacheFlags, lba: count64(2), blocks: u8(13), groupNumber: groupNumber(14) },
})
