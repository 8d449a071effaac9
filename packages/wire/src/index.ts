/** @lunkit/wire: what every protocol here is written with: layouts, buffers, serial numbers, CRC32C. */
import './node-version.ts'

export type { Domain, OptionDomains } from './argument.ts'
export {
  arrayOf,
  byteArray,
  callback,
  checkArgument,
  checkOptions,
  flag,
  object,
  oneOf,
  required,
  shownValue,
  text,
  wholeBigint,
  wholeNumber,
} from './argument.ts'
export type { CopiedPiece } from './copy.ts'
export { copyBytes } from './copy.ts'
export { crc32c, crc32cPortable, crc32cRange } from './crc32c.ts'
export type { Field, FieldCode, Fields, Values, View } from './field.ts'
export { ascii, bit, bits, bytes, count64, tail, u8, u16, u24, u32, u32le, u48, u64 } from './field.ts'
export type { Layout, LayoutSpec } from './layout.ts'
export { checkPlace, checkValues, dataView, LayoutError, layout, reservedBit } from './layout.ts'
export { LongMemory } from './long-memory.ts'
export { nearest } from './nearest.ts'
export { serialAdd, serialBefore, serialDistance, serialWithin } from './serial.ts'
export type { SlabOptions } from './slab.ts'
export { LARGEST_SLOT_BYTES, POISON, Slab, SMALLEST_SLOT_BYTES } from './slab.ts'
export type { Slot, SlotAccount } from './slot.ts'
export type { Timers } from './timers.ts'
export { traceLine } from './trace.ts'
