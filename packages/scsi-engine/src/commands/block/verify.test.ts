import { Sense } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { hex, pattern, senseOf, settled, TestDevice } from '../../testing/device.ts'

const BLOCK = 512

/** A device whose first blocks hold a pattern. */
function patterned(blocks: number): TestDevice {
  const device = new TestDevice()
  pattern(blocks * BLOCK).copy(device.store.bytes)
  return device
}

function flipped(data: Buffer, at: number): Buffer {
  data[at] = (data[at] as number) ^ 0x58
  return data
}

describe('VERIFY', () => {
  const everySize = [
    ['VERIFY (10)', '2F 02 00000000 00 0004 00'],
    ['VERIFY (12)', 'AF 02 00000000 00000004 00 00'],
    ['VERIFY (16)', '8F 02 0000000000000000 00000004 00 00'],
  ] as const

  it.each(everySize)('%s with BYTCHK 1 finds equal data equal', async (_name, cdb) => {
    const task = await patterned(4)
      .nexus()
      .run({ cdb: hex(cdb), data: pattern(4 * BLOCK) })
    expect(task.ending).toBe(Status.good)
    expect(task.lengthBytes).toBe(4 * BLOCK)
  })

  it.each(everySize)('%s with BYTCHK 1 names the first byte that differs', async (_name, cdb) => {
    const data = flipped(pattern(4 * BLOCK), 1234)
    const task = await patterned(4)
      .nexus()
      .run({ cdb: hex(cdb), data })
    expect(task.ending).toBe(Status.checkCondition)
    expect(senseOf(task)).toMatchObject({ code: { key: 0xe, asc: 0x1d, ascq: 0x00 }, information: 1234 })
  })

  it('with BYTCHK 1 compares piece by piece', async () => {
    const bytes = 600 * 1024
    const device = patterned(bytes / BLOCK)
    const cdb = hex('2F 02 00000000 00 04B0 00')
    expect((await device.nexus().run({ cdb, data: pattern(bytes) })).ending).toBe(Status.good)
    const task = await device.nexus('b').run({ cdb, data: flipped(pattern(bytes), bytes - 1) })
    expect(senseOf(task).information).toBe(bytes - 1)
  })

  it('with BYTCHK 0 reads the blocks from the medium and takes no data', async () => {
    const device = patterned(4)
    const task = await device.nexus().run({ cdb: hex('2F 00 00000000 00 0004 00'), data: Buffer.alloc(4 * BLOCK, 1) })
    expect(task.ending).toBe(Status.good)
    expect(task.expectedBytes).toBe(0)
    expect(device.store.done).toEqual([{ operation: 'read', offset: 0, lengthBytes: 4 * BLOCK, fua: true }])
  })

  it('with BYTCHK 0 reports a block that cannot be read', async () => {
    const device = patterned(4)
    const nexus = device.nexus()
    device.store.faults.set('read', 'io')
    const task = await nexus.run({ cdb: hex('2F 00 00000000 00 0004 00') })
    expect(senseOf(task).code).toEqual(Sense.unrecoveredReadError)
  })

  it('with BYTCHK 3 compares every block with the one block that came', async () => {
    const device = new TestDevice()
    device.store.bytes.fill(0x5a, 0, 4 * BLOCK)
    const nexus = device.nexus()
    const cdb = hex('2F 06 00000000 00 0004 00')
    const task = await nexus.run({ cdb, data: Buffer.alloc(BLOCK, 0x5a) })
    expect(task.ending).toBe(Status.good)
    expect(task.lengthBytes).toBe(BLOCK)
    device.store.bytes[3 * BLOCK + 7] = 0
    const differing = await nexus.run({ cdb, data: Buffer.alloc(BLOCK, 0x5a) })
    expect(senseOf(differing)).toMatchObject({ code: { key: 0xe, asc: 0x1d, ascq: 0x00 }, information: 3 * BLOCK + 7 })
  })

  it('with BYTCHK 3 compares piece by piece, from the block that the CDB names on', async () => {
    const device = new TestDevice()
    const bytes = 600 * 1024
    device.store.bytes.fill(0x5a, 16 * BLOCK, 16 * BLOCK + bytes)
    const cdb = hex('2F 06 00000010 00 04B0 00')
    expect((await device.nexus().run({ cdb, data: Buffer.alloc(BLOCK, 0x5a) })).ending).toBe(Status.good)
    device.store.bytes[16 * BLOCK + bytes - 1] = 0
    const task = await device.nexus('b').run({ cdb, data: Buffer.alloc(BLOCK, 0x5a) })
    expect(senseOf(task).information).toBe(bytes - 1)
  })

  it('with BYTCHK 0 reads piece by piece, from the block that the CDB names on', async () => {
    const device = new TestDevice()
    expect((await device.nexus().run({ cdb: hex('2F 00 00000010 00 04B0 00') })).ending).toBe(Status.good)
    expect(device.store.done.map(({ offset, lengthBytes }) => [offset - 16 * BLOCK, lengthBytes])).toEqual([
      [0, 262_144],
      [262_144, 262_144],
      [524_288, 90_112],
    ])
  })

  it('with BYTCHK 3 that is aborted before its block has come gives nothing to the store', async () => {
    const device = patterned(4)
    const nexus = device.nexus()
    const task = nexus.submit({ cdb: hex('2F 06 00000000 00 0004 00'), data: pattern(BLOCK), slow: true })
    expect(await nexus.manage('abortTask', { tag: task.tag })).toBe('complete')
    await settled()
    expect([task.ending, device.store.done]).toEqual(['silently', []])
  })

  it.each([0, BLOCK / 2, 2 * BLOCK])(
    'with BYTCHK 3 and %i bytes instead of one block is refused',
    async lengthBytes => {
      const device = patterned(4)
      const task = await device.nexus().run({ cdb: hex('2F 06 00000000 00 0004 00'), data: pattern(lengthBytes) })
      expect(senseOf(task).code).toEqual(Sense.invalidFieldInCdb)
      expect(device.store.done).toEqual([])
    },
  )

  it('with BYTCHK 2, which is reserved, is refused', async () => {
    const task = await patterned(1)
      .nexus()
      .run({ cdb: hex('2F 04 00000000 00 0001 00'), data: pattern(BLOCK) })
    expect(senseOf(task)).toMatchObject({ code: Sense.invalidFieldInCdb, pointer: { in: 'cdb', byte: 1, bit: 2 } })
  })

  it('with VRPROTECT is refused', async () => {
    const task = await patterned(1)
      .nexus()
      .run({ cdb: hex('2F 22 00000000 00 0001 00'), data: pattern(BLOCK) })
    expect(senseOf(task)).toMatchObject({ code: Sense.invalidFieldInCdb, pointer: { in: 'cdb', byte: 1, bit: 5 } })
  })

  it('of 0 blocks verifies nothing, on the medium only', async () => {
    const device = patterned(1)
    const nexus = device.nexus()
    expect((await nexus.run({ cdb: hex('2F 02 00000000 00 0000 00') })).ending).toBe(Status.good)
    expect((await nexus.run({ cdb: hex('2F 06 00000000 00 0000 00') })).ending).toBe(Status.good)
    expect(device.store.done).toEqual([])
    const task = await nexus.run({ cdb: hex('2F 02 00000801 00 0000 00') })
    expect(senseOf(task).code).toEqual(Sense.logicalBlockAddressOutOfRange)
  })

  it('of which the initiator has less compares that', async () => {
    const task = await patterned(4)
      .nexus()
      .run({ cdb: hex('2F 02 00000000 00 0004 00'), data: pattern(BLOCK) })
    expect(task.ending).toBe(Status.good)
    expect(task.lengthBytes).toBe(4 * BLOCK)
  })

  it('whose task is aborted gives back what it has', async () => {
    const device = patterned(4)
    const nexus = device.nexus()
    const task = nexus.submit({ cdb: hex('2F 02 00000000 00 0004 00'), data: pattern(4 * BLOCK), slow: true })
    expect(task.wantsPiece).toBe(true)
    await nexus.manage('abortTask', { tag: task.tag })
    expect(task.ending).toBe('silently')
  })
})
