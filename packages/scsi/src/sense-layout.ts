import { bit, bits, count64, layout, u8, u16, u32 } from '@lunkit/wire'
import type { SenseKey } from './sense-code.ts'

/** SPC-5, sense data response codes. */
export const ResponseCode = {
  fixedCurrent: 0x70,
  fixedDeferred: 0x71,
  descriptorCurrent: 0x72,
  descriptorDeferred: 0x73,
} as const

/** Fixed format sense data, without additional sense bytes. */
export const FixedSense = layout({
  name: 'fixed format sense data',
  spec: 'SPC-5 4.4.3',
  size: 18,
  fields: {
    valid: bit(0, 7),
    responseCode: bits(0, [6, 0]),
    filemark: bit(2, 7),
    endOfMedium: bit(2, 6),
    incorrectLength: bit(2, 5),
    overflow: bit(2, 4),
    key: bits<SenseKey>(2, [3, 0]),
    information: u32(3),
    additionalLength: u8(7),
    commandSpecific: u32(8),
    asc: u8(12),
    ascq: u8(13),
    fieldReplaceableUnit: u8(14),
    specificValid: bit(15, 7),
    inCdb: bit(15, 6),
    bitValid: bit(15, 3),
    bit: bits(15, [2, 0]),
    field: u16(16),
  },
})

/** Descriptor format sense data before its descriptors. */
export const DescriptorSense = layout({
  name: 'descriptor format sense data',
  spec: 'SPC-5 4.4.2',
  size: 8,
  fields: {
    responseCode: bits(0, [6, 0]),
    key: bits<SenseKey>(1, [3, 0]),
    asc: u8(2),
    ascq: u8(3),
    overflow: bit(4, 7),
    additionalLength: u8(7),
  },
})

/** SPC-5, sense data descriptor types. */
export const DescriptorType = { information: 0x00, commandSpecific: 0x01, senseKeySpecific: 0x02 } as const

/** How every sense data descriptor starts: its type and how many bytes follow these two. */
export const DescriptorHeader = layout({
  name: 'sense data descriptor',
  spec: 'SPC-5 4.4.2, sense data descriptor',
  size: 2,
  fields: { type: u8(0), additionalLength: u8(1) },
})

export const InformationDescriptor = layout({
  name: 'information sense data descriptor',
  spec: 'SPC-5 4.4.2, information sense data descriptor',
  size: 12,
  fields: { type: u8(0), additionalLength: u8(1), valid: bit(2, 7), information: count64(4) },
})

export const CommandSpecificDescriptor = layout({
  name: 'command-specific information sense data descriptor',
  spec: 'SPC-5 4.4.2, command-specific information sense data descriptor',
  size: 12,
  fields: { type: u8(0), additionalLength: u8(1), information: count64(4) },
})

/** The sense key specific descriptor with a field pointer in it, which it has with ILLEGAL REQUEST. */
export const FieldPointerDescriptor = layout({
  name: 'sense key specific sense data descriptor',
  spec: 'SPC-5 4.4.2, sense key specific sense data descriptor',
  size: 8,
  fields: {
    type: u8(0),
    additionalLength: u8(1),
    specificValid: bit(4, 7),
    inCdb: bit(4, 6),
    bitValid: bit(4, 3),
    bit: bits(4, [2, 0]),
    field: u16(5),
  },
})
