import { bit, u8, u16, u32 } from '@lunkit/wire'
import { cdb } from '../cdb.ts'

export const TestUnitReady = cdb({
  name: 'TEST UNIT READY',
  spec: 'SPC-5, TEST UNIT READY command',
  opcode: 0x00,
  size: 6,
  fields: {},
})

/** `descriptorFormat` (DESC) asks for descriptor format sense data. */
export const RequestSense = cdb({
  name: 'REQUEST SENSE',
  spec: 'SPC-5, REQUEST SENSE command',
  opcode: 0x03,
  size: 6,
  fields: { descriptorFormat: bit(1, 0), allocationLength: u8(4) },
})

/** `vitalProductData` (EVPD) asks for the page of `pageCode` instead of standard INQUIRY data. */
export const Inquiry = cdb({
  name: 'INQUIRY',
  spec: 'SPC-5 6.7',
  opcode: 0x12,
  size: 6,
  fields: { vitalProductData: bit(1, 0), pageCode: u8(2), allocationLength: u16(3) },
})

/** The SELECT REPORT field of REPORT LUNS. */
export const SelectReport = {
  /** Logical units that are not well known. */
  ordinary: 0x00,
  wellKnown: 0x01,
  all: 0x02,
} as const
export type SelectReport = (typeof SelectReport)[keyof typeof SelectReport]

export const ReportLuns = cdb({
  name: 'REPORT LUNS',
  spec: 'SPC-5, REPORT LUNS command',
  opcode: 0xa0,
  size: 12,
  fields: { selectReport: u8<SelectReport>(2, SelectReport), allocationLength: u32(6) },
})
