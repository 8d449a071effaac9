import { bit, bits, count64, type Field, u8, u16, u32, wholeNumber } from '@lunkit/wire'
import { hint, ignored, mustBeZero } from '../cdb.ts'

/** Protection information is not supported, so that a command that asks for it to be checked or sent is refused. */
export const protect = () => mustBeZero(bits(1, [7, 5]))

/** SBC-4: whether this data is not worth keeping in a cache. A hint, here as in LIO. */
export const dpo = () => hint(bit(1, 4))

/** The group of which statistics are kept: taken and not evaluated, as GROUP_SUP is zero in the Extended INQUIRY page. */
export const groupNumber = (byte: number) => ignored(bits(byte, [5, 0]))

/** FUA_NV of SBC-2 and SBC-3, obsolete in SBC-4: taken without effect, as NV_SUP is zero. */
const fuaNv = () => ignored(bit(1, 1))

/** Where the block address and the number of blocks lie in a CDB of 10 bytes. */
export const extent10 = { lba: u32(2), groupNumber: groupNumber(6), blocks: u16(7) }
/** The same in a CDB of 12 bytes. */
export const extent12 = { lba: u32(2), blocks: u32(6), groupNumber: groupNumber(10) }
/** The same in a CDB of 16 bytes. */
export const extent16 = { lba: count64(2), blocks: u32(10), groupNumber: groupNumber(14) }

/** The flags of READ and WRITE beside protection. */
export const cacheFlags = { dpo: dpo(), fua: bit(1, 3), fuaNv: fuaNv() }

/** How many blocks a length of 0 stands for in READ (6) and WRITE (6). */
const BLOCKS_FOR_ZERO = 256

/** The TRANSFER LENGTH of READ (6) and WRITE (6), whose 0 means 256 blocks. */
export const blocks6 = (byte: number): Field<number> => {
  const field = u8(byte)
  return {
    byte,
    mask: field.mask,
    // 0 would be read as 256.
    domain: wholeNumber(1, BLOCKS_FOR_ZERO),
    get: (view, at) => field.get(view, at) || BLOCKS_FOR_ZERO,
    set: (view, at, value) => field.set(view, at, value === BLOCKS_FOR_ZERO ? 0 : value),
  }
}
