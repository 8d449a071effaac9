import { bits, checkArgument, type Domain, layout, object, tail, u8, u16, u24, u32, wholeNumber } from '@lunkit/wire'

/** Logical unit numbers that are no ordinary number. */
export const SpecialLun = {
  /** The REPORT LUNS well-known logical unit, SAM-5 4.7.7.5.1 and SPC-5 8.2. */
  reportLuns: -1,
  /** A form that no logical unit here can have: deeper levels, unknown address methods. */
  unaddressable: -2,
} as const

/**
 * SAM-5 4.7.7: the address method in the two top bits of a LUN's first byte. LIO and libiscsi know none: they put the number
 * into the first two bytes as it is, which for 256 and above SAM would call another bus (docs/decisions/0004).
 */
const AddressMethod = { plain: 0, flat: 1, logicalUnit: 2, extended: 3 } as const

/** SAM-5 4.7.4, table 17: an eight-byte logical unit number, here with what follows the first level as one part. */
const SingleLevelLun = layout({
  name: 'LUN',
  spec: 'SAM-5 4.7.4',
  size: 8,
  fields: { method: bits(0, [7, 6]), number: tail(0, 5, 1), second: u16(2), rest: u32(4) },
})

/** How every extended form starts, SAM-5 4.7.7.5: how long the address is, and of which kind. */
const extendedFields = { method: bits(0, [7, 6]), length: bits(0, [5, 4]), kind: bits(0, [3, 0]), rest: u32(4) }

/** A well-known logical unit: its number in one byte. */
const WellKnownLun = layout({
  name: 'well-known LUN',
  spec: 'SAM-5 4.7.7.5',
  size: 8,
  fields: { ...extendedFields, wLun: u8(1), second: u16(2) },
})

/** Extended flat space addressing in its four-byte form. */
const ExtendedFlatLun = layout({
  name: 'extended flat LUN',
  spec: 'SAM-5 4.7.7.5',
  size: 8,
  fields: { ...extendedFields, number: u24(1) },
})

const ExtendedKind = { wellKnown: 1, flat: 2 } as const
const REPORT_LUNS_W_LUN = 1

/** SAM-5 4.7.7.5.2, table 24: the four-byte form, whose 24-bit number lies in bytes 1 to 3. */
const LONG_EXTENDED_FLAT = 1

/**
 * How many logical unit numbers a target can have: those that 14 bits hold, which mean the same with and without an address
 * method. An initiator that knows none would write 16684 as 41 2C, which is 300 in flat space.
 */
export const SERVED_LUNS = 2 ** 14
/** How many logical unit numbers can be addressed at all. */
export const MAX_LUNS = 2 ** 24

const VIEW = object('a DataView', view => view instanceof DataView)
const AT = wholeNumber()
const ordinaryLun = wholeNumber(0, MAX_LUNS - 1)
/** The logical unit numbers that a program may name. */
export const LUN: Domain = { ...ordinaryLun, words: `a logical unit number, ${ordinaryLun.words}` }

/**
 * The logical unit number in the eight bytes at `at`: 14 bits without an address method or in flat space addressing,
 * extended flat addressing (24 bits), the REPORT LUNS well-known unit; else `SpecialLun.unaddressable`.
 */
export function decodeLun(view: DataView, at = 0): number {
  const lun = SingleLevelLun.view(view, at)
  if (lun.method === AddressMethod.extended) return decodeExtended(view, at)
  if (lun.second !== 0 || lun.rest !== 0) return SpecialLun.unaddressable
  return lun.method === AddressMethod.logicalUnit ? SpecialLun.unaddressable : lun.number
}

function decodeExtended(view: DataView, at: number): number {
  const lun = WellKnownLun.view(view, at)
  if (lun.rest !== 0) return SpecialLun.unaddressable
  if (lun.kind === ExtendedKind.wellKnown && lun.length === 0 && lun.second === 0)
    return lun.wLun === REPORT_LUNS_W_LUN ? SpecialLun.reportLuns : SpecialLun.unaddressable
  return lun.kind === ExtendedKind.flat && lun.length === LONG_EXTENDED_FLAT
    ? ExtendedFlatLun.view(view, at).number
    : SpecialLun.unaddressable
}

/**
 * Writes a logical unit number as REPORT LUNS reports it: like LIO below 16384, above that in extended flat space.
 * @throws {RangeError} or {TypeError} for what no form holds.
 */
export function encodeLun(lun: number, view: DataView, at = 0): void {
  checkArgument('encodeLun: view', view, VIEW)
  checkArgument('encodeLun: at', at, AT)
  if (lun === SpecialLun.reportLuns) {
    const out = WellKnownLun.compose(view, at)
    out.method = AddressMethod.extended
    out.kind = ExtendedKind.wellKnown
    out.wLun = REPORT_LUNS_W_LUN
    return
  }
  checkArgument('lun', lun, LUN)
  if (lun < SERVED_LUNS) {
    const out = SingleLevelLun.compose(view, at)
    out.method = AddressMethod.plain
    out.number = lun
  } else {
    const out = ExtendedFlatLun.compose(view, at)
    out.method = AddressMethod.extended
    out.length = LONG_EXTENDED_FLAT
    out.kind = ExtendedKind.flat
    out.number = lun
  }
}
