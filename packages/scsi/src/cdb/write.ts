import { tail } from '@lunkit/wire'
import { cdb } from '../cdb.ts'
import { blocks6, cacheFlags, extent10, extent12, extent16, protect } from './block-fields.ts'

const flags = { wrProtect: protect(), ...cacheFlags }

export const Write6 = cdb({
  name: 'WRITE (6)',
  spec: 'SBC-2, WRITE (6) command',
  opcode: 0x0a,
  size: 6,
  fields: { lba: tail(1, 4, 2), blocks: blocks6(4) },
})

export const Write10 = cdb({
  name: 'WRITE (10)',
  spec: 'SBC-4, WRITE (10) command',
  opcode: 0x2a,
  size: 10,
  fields: { ...flags, ...extent10 },
})

export const Write12 = cdb({
  name: 'WRITE (12)',
  spec: 'SBC-4, WRITE (12) command',
  opcode: 0xaa,
  size: 12,
  fields: { ...flags, ...extent12 },
})

export const Write16 = cdb({
  name: 'WRITE (16)',
  spec: 'SBC-4, WRITE (16) command',
  opcode: 0x8a,
  size: 16,
  fields: { ...flags, ...extent16 },
})
