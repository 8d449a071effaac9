import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { TestDevice } from '../testing/device.ts'

const BLOCK = 512
const pattern = (lengthBytes: number, seed = 1): Buffer => {
  const bytes = Buffer.alloc(lengthBytes)
  for (let i = 0; i < lengthBytes; i++) bytes[i] = (i * 7 + seed + (i >> 9)) & 0xff
  return bytes
}

// SBC-4 5.13 to 5.16 and 5.32 to 5.35, byte for byte.
const read10 = (lba: number, blocks: number, flags = 0) =>
  Uint8Array.of(0x28, flags, 0, 0, lba >> 8, lba & 0xff, 0, blocks >> 8, blocks & 0xff, 0)
const write10 = (lba: number, blocks: number, flags = 0) =>
  Uint8Array.of(0x2a, flags, 0, 0, lba >> 8, lba & 0xff, 0, blocks >> 8, blocks & 0xff, 0)

describe('READ and WRITE', () => {
  it('writes what the initiator sent and reads it back', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    const data = pattern(8 * BLOCK)
    const written = await nexus.run({ cdb: write10(16, 8), data })
    expect(written.ending).toBe(Status.good)
    expect(device.store.bytes.subarray(16 * BLOCK, 24 * BLOCK)).toEqual(data)
    const read = await nexus.run({ cdb: read10(16, 8), readBytes: 8 * BLOCK })
    expect(read.ending).toBe(Status.good)
    expect(read.sent).toEqual(data)
    expect(device.bugs).toEqual([])
    expect(device.slab.takenBytes).toBe(0)
  })
})
