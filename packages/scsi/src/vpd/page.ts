import { bits, byteArray, checkArgument, dataView, layout, u8, u16 } from '@lunkit/wire'
import { FIELDS } from '../domains.ts'
import { PeripheralDeviceType, PeripheralQualifier } from '../inquiry-data.ts'
import { needBytes, ParameterDataError } from '../parameter-error.ts'

/** The codes of the vital product data pages spoken of here. */
export const VpdPageCode = {
  supportedPages: 0x00,
  unitSerialNumber: 0x80,
  deviceIdentification: 0x83,
  extendedInquiry: 0x86,
  blockLimits: 0xb0,
  blockDeviceCharacteristics: 0xb1,
  logicalBlockProvisioning: 0xb2,
} as const
export type VpdPageCode = (typeof VpdPageCode)[keyof typeof VpdPageCode]

/** How every vital product data page starts; `pageLength` bytes follow. */
export const VpdHeader = layout({
  name: 'VPD page header',
  spec: 'SPC-5, Vital product data parameters, VPD page format',
  size: 4,
  fields: {
    qualifier: bits<PeripheralQualifier>(0, [7, 5], PeripheralQualifier),
    deviceType: bits<PeripheralDeviceType>(0, [4, 0], PeripheralDeviceType),
    pageCode: u8(1),
    pageLength: u16(2),
  },
})

/** Which device a page is returned for: the first byte of every page. */
export interface Peripheral {
  readonly qualifier: PeripheralQualifier
  readonly deviceType: PeripheralDeviceType
}

/** Composes a page from what follows its header. */
export function encodeVpdPage(peripheral: Peripheral, pageCode: number, body: Uint8Array): Uint8Array {
  checkArgument('encodeVpdPage: peripheral', peripheral, FIELDS)
  checkArgument('encodeVpdPage: pageCode', pageCode, VpdHeader.fields.pageCode.domain)
  checkArgument('encodeVpdPage: body', body, byteArray(0, 0xffff))
  const { qualifier, deviceType } = peripheral
  const page = new Uint8Array(VpdHeader.size + body.length)
  page.set(VpdHeader.encode({ qualifier, deviceType, pageCode, pageLength: body.length }))
  page.set(body, VpdHeader.size)
  return page
}

/** A vital product data page as it came. */
export interface VpdPage {
  readonly peripheral: Peripheral
  readonly pageCode: number
  /** What follows the header, cut where the allocation length cut it. */
  readonly body: Uint8Array
}

/**
 * Reads a page's header and takes its body out.
 * @throws {ParameterDataError} where the header is not whole, or another page than `expected` came.
 */
export function decodeVpdPage(bytes: Uint8Array, expected: number): VpdPage {
  checkArgument('decodeVpdPage: expected', expected, VpdHeader.fields.pageCode.domain)
  needBytes('a VPD page', bytes, VpdHeader.size)
  const { qualifier, deviceType, pageCode, pageLength } = VpdHeader.view(dataView(bytes))
  const hex = (code: number): string => `${code.toString(16).padStart(2, '0')}h`
  if (pageCode !== expected)
    throw new ParameterDataError(`VPD page ${hex(pageCode)} came where ${hex(expected)} was asked for`)
  const body = bytes.subarray(VpdHeader.size, VpdHeader.size + pageLength)
  return { peripheral: { qualifier, deviceType }, pageCode, body }
}
