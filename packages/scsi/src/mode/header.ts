import { bit, count64, layout, u8, u16, u24, u32 } from '@lunkit/wire'

/** The mode parameter header of MODE SENSE (6) and MODE SELECT (6), with the device-specific parameter of SBC-4. */
export const ModeHeader6 = layout({
  name: 'mode parameter header (6)',
  spec: 'SPC-5 7.5.6',
  size: 4,
  fields: {
    /** Bytes that follow this field. */
    dataLength: u8(0),
    mediumType: u8(1),
    writeProtected: bit(2, 7),
    /** DPOFUA: the DPO and FUA bits of CDBs are supported. */
    dpoFua: bit(2, 4),
    blockDescriptorLength: u8(3),
  },
})

/** The mode parameter header of MODE SENSE (10) and MODE SELECT (10), with the device-specific parameter of SBC-4. */
export const ModeHeader10 = layout({
  name: 'mode parameter header (10)',
  spec: 'SPC-5 7.5.6',
  size: 8,
  fields: {
    /** Bytes that follow this field. */
    dataLength: u16(0),
    mediumType: u8(2),
    writeProtected: bit(3, 7),
    dpoFua: bit(3, 4),
    /** The block descriptors are of the long form. */
    longLba: bit(4, 0),
    blockDescriptorLength: u16(6),
  },
})

/** The short mode parameter block descriptor of direct access devices. */
export const ShortBlockDescriptor = layout({
  name: 'short LBA mode parameter block descriptor',
  spec: 'SBC-4, Mode parameter block descriptors for direct access block devices, short LBA',
  size: 8,
  fields: { blocks: u32(0), blockSizeBytes: u24(5) },
})

/** The long mode parameter block descriptor of direct access devices. */
export const LongBlockDescriptor = layout({
  name: 'long LBA mode parameter block descriptor',
  spec: 'SBC-4, Mode parameter block descriptors for direct access block devices, long LBA',
  size: 16,
  fields: { blocks: count64(0), blockSizeBytes: u32(12) },
})

/** What the short block descriptor says of a medium with more blocks than it can count. */
export const MANY_BLOCKS = 0xffff_ffff
