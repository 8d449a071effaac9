import { describe, expect, it } from 'vitest'
import { openBlockDevice } from './block-device.ts'
import { beginAnswering, type ReceivedCommand } from './testing/answering-target.ts'

const BLOCKS = 4096
const capacity = Buffer.alloc(32)
capacity.set(Buffer.from('0000000000000fff00000200', 'hex'))

/** Block Limits with a maximum of 8 blocks a transfer. */
const blockLimits = Buffer.alloc(64)
blockLimits.set(Buffer.from('00b0003c0000000000000008', 'hex'))

/** A disk in memory behind READ (16) and WRITE (16). */
async function disk({ limits = false } = {}) {
  const memory = Buffer.alloc(BLOCKS * 512)
  const longest = { blocks: 0 }
  /** How much of a read is missing. */
  const cut = { bytes: 0 }
  const moved = ({ cdb }: ReceivedCommand) => {
    const bytes = Buffer.from(cdb, 'hex')
    const [from, blocks] = [
      Number.parseInt(bytes.toString('hex', 2, 10), 16),
      Number.parseInt(bytes.toString('hex', 10, 14), 16),
    ]
    longest.blocks = Math.max(longest.blocks, blocks)
    return memory.subarray(from * 512, (from + blocks) * 512 - cut.bytes)
  }
  const pages: Record<string, Buffer> = {
    '120100': Buffer.from(limits ? '0000000300b080' : '000000020080', 'hex'),
    '1201b0': blockLimits,
  }
  const { session, received } = await beginAnswering(command => {
    const { cdb, written } = command
    if (cdb.startsWith('9e10')) return capacity
    if (cdb.startsWith('1201')) return pages[cdb.slice(0, 6)]
    if (cdb.startsWith('88')) return moved(command)
    if (cdb.startsWith('8a')) moved(command).set(written)
    return undefined
  })
  return { device: await openBlockDevice(session.lun(0)), session, received, memory, longest, cut }
}

describe('a block device', () => {
  it('knows its size', async () => {
    const { device, session } = await disk()
    expect([device.sizeBytes, device.blockSizeBytes]).toEqual([BLOCKS * 512, 512])
    await session.close()
  })

  it('reads what was written, in commands that the unit can bear', async () => {
    const { device, session, memory, longest } = await disk({ limits: true })
    const data = Buffer.alloc(100 * 512).map((_, i) => i % 253)
    await device.write(7 * 512, data)
    expect(memory.subarray(7 * 512, 107 * 512)).toEqual(Buffer.from(data))
    expect(Buffer.from(await device.read(7 * 512, data.length))).toEqual(Buffer.from(data))
    expect(longest.blocks).toBe(8)
    await session.close()
  })

  it('moves up to a mebibyte with one command when the unit has no limit', async () => {
    const { device, session, longest } = await disk()
    await device.read(0, BLOCKS * 512)
    expect(longest.blocks).toBe(2048)
    await session.close()
  })

  it('returns no data that did not come', async () => {
    const { device, session, cut } = await disk()
    cut.bytes = 512
    await expect(device.read(0, 4 * 512)).rejects.toThrow('READ of 4 blocks: GOOD with 1536 of 2048 bytes')
    await session.close()
  })

  it('flushes and discards', async () => {
    const { device, session, received } = await disk()
    await device.flush()
    await device.discard(512, 1024)
    await device.discard(512, 0)
    expect(received.slice(-2).map(({ cdb }) => cdb.slice(0, 2))).toEqual(['91', '42'])
    await session.close()
  })

  it.each([
    [1, 512, 'no whole blocks of 512 bytes'],
    [0, 100, 'no whole blocks of 512 bytes'],
    [BLOCKS * 512, 512, 'reach beyond a device of 2097152 bytes'],
    [-512, 512, 'offset is -512; right is a whole number from 0'],
  ])('refuses offset %i, length %i', async (offset, length, message) => {
    const { device, session } = await disk()
    await expect(device.read(offset, length)).rejects.toThrow(message)
    await expect(device.discard(offset, length)).rejects.toThrow(message)
    await session.close()
  })
})
