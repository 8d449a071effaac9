import { bit, bits, u8, u16 } from '@lunkit/wire'
import { cdb, mustBeZero } from '../cdb.ts'

/** The PC field of MODE SENSE: which values of the pages are asked for. */
export const PageControl = { current: 0, changeable: 1, default: 2, saved: 3 } as const
export type PageControl = (typeof PageControl)[keyof typeof PageControl]

/** Bytes 2 and 3 of MODE SENSE. */
const page = {
  pageControl: bits<PageControl>(2, [7, 6], PageControl),
  pageCode: bits(2, [5, 0]),
  subpageCode: u8(3),
}

/**
 * Byte 1 of MODE SELECT. SP is refused, as there are no saved values, and so is RTD (revert to defaults), which
 * RTD_SUP in the Extended INQUIRY page would announce.
 */
const selectFlags = { pageFormat: bit(1, 4), revertToDefaults: mustBeZero(bit(1, 1)), savePages: mustBeZero(bit(1, 0)) }

export const ModeSense6 = cdb({
  name: 'MODE SENSE (6)',
  spec: 'SPC-5 6.14',
  opcode: 0x1a,
  size: 6,
  fields: { disableBlockDescriptors: bit(1, 3), ...page, allocationLength: u8(4) },
})

export const ModeSense10 = cdb({
  name: 'MODE SENSE (10)',
  spec: 'SPC-5 6.15',
  opcode: 0x5a,
  size: 10,
  fields: { longLbaAccepted: bit(1, 4), disableBlockDescriptors: bit(1, 3), ...page, allocationLength: u16(7) },
})

export const ModeSelect6 = cdb({
  name: 'MODE SELECT (6)',
  spec: 'SPC-5 6.12',
  opcode: 0x15,
  size: 6,
  fields: { ...selectFlags, parameterListLength: u8(4) },
})

export const ModeSelect10 = cdb({
  name: 'MODE SELECT (10)',
  spec: 'SPC-5 6.13',
  opcode: 0x55,
  size: 10,
  fields: { ...selectFlags, parameterListLength: u16(7) },
})
