import { bit } from '@lunkit/wire'
import { cdb, ignored } from '../cdb.ts'
import { extent10, extent16 } from './block-fields.ts'

/** SYNC_NV of SBC-3 is obsolete and taken without effect: there is no non-volatile cache. */
const flags = { syncNv: ignored(bit(1, 2)), immediate: bit(1, 1) }

/** Blocks 0 means from `lba` to the end of the medium. */
export const SynchronizeCache10 = cdb({
  name: 'SYNCHRONIZE CACHE (10)',
  spec: 'SBC-4 5.33',
  opcode: 0x35,
  size: 10,
  fields: { ...flags, ...extent10 },
})

/** Blocks 0 means from `lba` to the end of the medium. */
export const SynchronizeCache16 = cdb({
  name: 'SYNCHRONIZE CACHE (16)',
  spec: 'SBC-4 5.34',
  opcode: 0x91,
  size: 16,
  fields: { ...flags, ...extent16 },
})
