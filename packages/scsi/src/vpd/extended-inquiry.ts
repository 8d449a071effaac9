import { bit, bits, layout, u8, u16 } from '@lunkit/wire'

/** The Extended INQUIRY Data page after its header. */
export const ExtendedInquiry = layout({
  name: 'Extended INQUIRY Data',
  spec: 'SPC-5, Extended INQUIRY Data VPD page',
  size: 60,
  fields: {
    activateMicrocode: bits(0, [7, 6]),
    supportedProtectionTypes: bits(0, [5, 3]),
    guardCheck: bit(0, 2),
    applicationTagCheck: bit(0, 1),
    referenceTagCheck: bit(0, 0),
    unitAttentionSenseKeySpecific: bit(1, 5),
    grouping: bit(1, 4),
    priority: bit(1, 3),
    headOfQueue: bit(1, 2),
    ordered: bit(1, 1),
    simple: bit(1, 0),
    writeUncorrectable: bit(2, 3),
    nonVolatileCache: bit(2, 1),
    volatileCache: bit(2, 0),
    referrals: bit(4, 4),
    revertToDefaults: bit(4, 3),
    selfTestMinutes: u16(6),
    maxSenseBytes: u8(9),
  },
})
