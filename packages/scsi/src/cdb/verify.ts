import { bits } from '@lunkit/wire'
import { cdb } from '../cdb.ts'
import { dpo, extent10, extent12, extent16, protect } from './block-fields.ts'

/** The BYTCHK field of VERIFY and WRITE AND VERIFY: what the medium is compared with. */
export const ByteCheck = {
  /** Nothing is compared and no data is sent; the blocks are verified as readable. */
  none: 0,
  /** Each block with its own block of data-out. */
  blocks: 1,
  reserved: 2,
  /** Each block with the one block of data-out (VERIFY only). */
  oneBlock: 3,
} as const
export type ByteCheck = (typeof ByteCheck)[keyof typeof ByteCheck]

const byteCheck = () => bits<ByteCheck>(1, [2, 1], ByteCheck)
const verifyFlags = { vrProtect: protect(), dpo: dpo(), byteCheck: byteCheck() }
const writeFlags = { wrProtect: protect(), dpo: dpo(), byteCheck: byteCheck() }

export const Verify10 = cdb({
  name: 'VERIFY (10)',
  spec: 'SBC-4, VERIFY (10) command',
  opcode: 0x2f,
  size: 10,
  fields: { ...verifyFlags, ...extent10 },
})

export const Verify12 = cdb({
  name: 'VERIFY (12)',
  spec: 'SBC-4, VERIFY (12) command',
  opcode: 0xaf,
  size: 12,
  fields: { ...verifyFlags, ...extent12 },
})

export const Verify16 = cdb({
  name: 'VERIFY (16)',
  spec: 'SBC-4, VERIFY (16) command',
  opcode: 0x8f,
  size: 16,
  fields: { ...verifyFlags, ...extent16 },
})

export const WriteAndVerify10 = cdb({
  name: 'WRITE AND VERIFY (10)',
  spec: 'SBC-4, WRITE AND VERIFY (10) command',
  opcode: 0x2e,
  size: 10,
  fields: { ...writeFlags, ...extent10 },
})

export const WriteAndVerify12 = cdb({
  name: 'WRITE AND VERIFY (12)',
  spec: 'SBC-4, WRITE AND VERIFY (12) command',
  opcode: 0xae,
  size: 12,
  fields: { ...writeFlags, ...extent12 },
})

export const WriteAndVerify16 = cdb({
  name: 'WRITE AND VERIFY (16)',
  spec: 'SBC-4, WRITE AND VERIFY (16) command',
  opcode: 0x8e,
  size: 16,
  fields: { ...writeFlags, ...extent16 },
})
