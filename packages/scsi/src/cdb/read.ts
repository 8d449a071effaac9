import { bit, tail } from '@lunkit/wire'
import { cdb, mustBeZero } from '../cdb.ts'
import { blocks6, cacheFlags, extent10, extent12, extent16, protect } from './block-fields.ts'

/** Byte 1 of READ (10), (12) and (16). RARC asks for rebuild assist mode, which is not supported. */
const flags = { rdProtect: protect(), ...cacheFlags, rarc: mustBeZero(bit(1, 2)) }

export const Read6 = cdb({
  name: 'READ (6)',
  spec: 'SBC-2, READ (6) command',
  opcode: 0x08,
  size: 6,
  fields: { lba: tail(1, 4, 2), blocks: blocks6(4) },
})

export const Read10 = cdb({
  name: 'READ (10)',
  spec: 'SBC-4 5.16',
  opcode: 0x28,
  size: 10,
  fields: { ...flags, ...extent10 },
})

export const Read12 = cdb({
  name: 'READ (12)',
  spec: 'SBC-4 5.17',
  opcode: 0xa8,
  size: 12,
  fields: { ...flags, ...extent12 },
})

export const Read16 = cdb({
  name: 'READ (16)',
  spec: 'SBC-4 5.18',
  opcode: 0x88,
  size: 16,
  fields: { ...flags, ...extent16 },
})
