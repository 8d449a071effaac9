import { arrayOf, ascii, bit, bits, dataView, type Field, layout, u8, u16, type View, wholeNumber } from '@lunkit/wire'
import { needBytes } from './parameter-error.ts'

/** What of a logical unit there is behind a LUN. */
export const PeripheralQualifier = {
  connected: 0,
  /** The device server can have a unit here, but has none now. */
  notConnected: 1,
  /** There can be no unit here. */
  notCapable: 3,
} as const
export type PeripheralQualifier = (typeof PeripheralQualifier)[keyof typeof PeripheralQualifier]

/** What kind of device a logical unit is, as far as they are met here. */
export const PeripheralDeviceType = {
  directAccessBlock: 0x00,
  sequentialAccess: 0x01,
  cdDvd: 0x05,
  mediumChanger: 0x08,
  enclosureServices: 0x0d,
  wellKnown: 0x1e,
  unknown: 0x1f,
} as const
export type PeripheralDeviceType = (typeof PeripheralDeviceType)[keyof typeof PeripheralDeviceType]

/** The VERSION field: the version of SPC that a unit conforms to. */
export const SpcVersion = { spc2: 4, spc3: 5, spc4: 6, spc5: 7 } as const

/** VERSION DESCRIPTOR values, without a claim to a version of each standard. */
export const VersionDescriptor = { sam5: 0x00a0, iscsi: 0x0960, spc4: 0x0460, sbc3: 0x04c0 } as const

const VERSION_DESCRIPTORS = 8

/** The eight VERSION DESCRIPTOR fields; those not set are zero. */
const versionDescriptors = (byte: number): Field<readonly number[]> => {
  const each = Array.from({ length: VERSION_DESCRIPTORS }, (_, i) => u16(byte + 2 * i))
  return {
    byte,
    mask: each.flatMap(field => field.mask),
    domain: arrayOf(wholeNumber(0, 0xffff)),
    get: (view, at) => each.map(field => field.get(view, at)),
    set: (view, at, values) => each.forEach((field, i) => field.set(view, at, values[i] ?? 0)),
  }
}

/** Standard INQUIRY data up to and with the version descriptors. */
export const StandardInquiry = layout({
  name: 'standard INQUIRY data',
  spec: 'SPC-5 6.7.2',
  size: 96,
  fields: {
    qualifier: bits<PeripheralQualifier>(0, [7, 5], PeripheralQualifier),
    deviceType: bits<PeripheralDeviceType>(0, [4, 0], PeripheralDeviceType),
    removable: bit(1, 7),
    conglomerate: bit(1, 6),
    version: u8(2),
    normalAca: bit(3, 5),
    hierarchical: bit(3, 4),
    responseDataFormat: bits(3, [3, 0]),
    additionalLength: u8(4),
    storageArray: bit(5, 7),
    accessControls: bit(5, 6),
    targetPortGroups: bits(5, [5, 4]),
    thirdPartyCopy: bit(5, 3),
    protect: bit(5, 0),
    enclosureServices: bit(6, 6),
    multiPort: bit(6, 4),
    commandQueuing: bit(7, 1),
    vendor: ascii(8, 8),
    product: ascii(16, 16),
    revision: ascii(32, 4),
    versionDescriptors: versionDescriptors(58),
  },
})

/** The least that any device returns: up to the product revision level. */
const SHORTEST_BYTES = 36

/**
 * Reads standard INQUIRY data; what a shorter answer leaves out reads as zero.
 * @throws {ParameterDataError} below 36 bytes.
 */
export function decodeStandardInquiry(bytes: Uint8Array): View<typeof StandardInquiry.fields> {
  needBytes(StandardInquiry.name, bytes, SHORTEST_BYTES)
  const whole = new Uint8Array(StandardInquiry.size)
  whole.set(bytes.subarray(0, StandardInquiry.size))
  return StandardInquiry.view(dataView(whole))
}
