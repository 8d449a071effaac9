import { bit, count64, u32 } from '@lunkit/wire'
import { cdb, ignored } from '../cdb.ts'

/** The address and PMI are obsolete since SBC-3; the answer would be the last block whatever they say. */
export const ReadCapacity10 = cdb({
  name: 'READ CAPACITY (10)',
  spec: 'SBC-4 5.20',
  opcode: 0x25,
  size: 10,
  fields: { lba: ignored(u32(2)), pmi: ignored(bit(8, 0)) },
})

/** As READ CAPACITY (10) about the address and PMI. */
export const ReadCapacity16 = cdb({
  name: 'READ CAPACITY (16)',
  spec: 'SBC-4 5.21',
  opcode: 0x9e,
  serviceAction: 0x10,
  size: 16,
  fields: { lba: ignored(count64(2)), allocationLength: u32(10), pmi: ignored(bit(14, 0)) },
})
