import { describe, expect, it } from 'vitest'
import { openBlockDevice } from './block-device.ts'
import type { ConnectOptions } from './connect-options.ts'
import { beginAnswering, type ReceivedCommand } from './testing/answering-target.ts'
import { HandTimers } from './testing/hand-timers.ts'

const BLOCKS = 4096
const capacity = Buffer.alloc(32)
capacity.set(Buffer.from('0000000000000fff00000200', 'hex'))

/** Block Limits with a maximum of 8 blocks a transfer. */
const blockLimits = Buffer.alloc(64)
blockLimits.set(Buffer.from('00b0003c0000000000000008', 'hex'))

/** A disk in memory behind READ (16) and WRITE (16). */
async function disk({ limits = false, ...more }: { limits?: boolean } & Partial<ConnectOptions> = {}) {
  const memory = Buffer.alloc(BLOCKS * 512)
  const longest = { blocks: 0 }
  /** How much of a read of the first block is missing. */
  const cut = { bytes: 0 }
  const moved = ({ cdb }: ReceivedCommand) => {
    const bytes = Buffer.from(cdb, 'hex')
    const [from, blocks] = [
      Number.parseInt(bytes.toString('hex', 2, 10), 16),
      Number.parseInt(bytes.toString('hex', 10, 14), 16),
    ]
    longest.blocks = Math.max(longest.blocks, blocks)
    return memory.subarray(from * 512, (from + blocks) * 512 - (from === 0 ? cut.bytes : 0))
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
  }, more)
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

  it('has eight commands on their way at a time, and begins none after one has failed', async () => {
    const { device, session, received, cut } = await disk({ limits: true })
    cut.bytes = 512
    await expect(device.read(0, 100 * 512)).rejects.toThrow('READ of 8 blocks: GOOD with')
    expect(received.filter(({ cdb }) => cdb.startsWith('88'))).toHaveLength(8)
    await session.close()
  })

  it('sends nothing of an operation that was taken back before', async () => {
    const { device, session, received } = await disk()
    const before = received.length
    const signal = AbortSignal.abort(new Error('too late'))
    await expect(device.read(0, 512, { signal })).rejects.toThrow('too late')
    await expect(device.write(0, Buffer.alloc(512), { signal })).rejects.toThrow('too late')
    expect(received.length).toBe(before)
    await session.close()
  })

  it('watches the time of an operation as long as that lasts', async () => {
    const timers = new HandTimers()
    const { device, session } = await disk({ timers, keepAlive: false })
    await device.read(0, 512, { timeoutMs: 1000 })
    expect(timers.pending).toBe(0)
    await session.close()
  })

  it('writes to the medium only where it is told to, and flushes all of it', async () => {
    const { device, session, received } = await disk()
    await device.write(512, Buffer.alloc(512))
    await device.write(512, Buffer.alloc(512), { fua: true })
    await device.flush()
    await device.discard(512, 1024)
    expect(received.slice(-4).map(({ cdb }) => cdb)).toEqual([
      '8a000000000000000001000000010000',
      '8a080000000000000001000000010000',
      '91000000000000000000000000000000',
      '42000000000000001800000000000000',
    ])
    expect(received.at(-1)?.written.toString('hex')).toBe('001600100000000000000000000000010000000200000000')
    await session.close()
  })

  it('moves one block at a time where a block is longer than what one command moves', async () => {
    const lengths: string[] = []
    const large = Buffer.alloc(32)
    large.set(Buffer.from('000000000000000300200000', 'hex'))
    const { session } = await beginAnswering(({ cdb }) => {
      if (cdb.startsWith('88')) lengths.push(cdb.slice(20, 28))
      if (cdb.startsWith('9e10')) return large
      return cdb.startsWith('1201') ? Buffer.from('000000020080', 'hex') : Buffer.alloc(0)
    })
    const device = await openBlockDevice(session.lun(0))
    await device.read(0, 4 * device.blockSizeBytes).catch(() => undefined)
    expect(lengths.slice(0, 4)).toEqual(['00000001', '00000001', '00000001', '00000001'])
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
