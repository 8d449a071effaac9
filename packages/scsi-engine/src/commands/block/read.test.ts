import { Sense } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { hex, pattern, senseOf, TestDevice } from '../../testing/device.ts'

const BLOCK = 512

describe('READ', () => {
  const everySize = [
    ['READ (6)', '08 00 0010 08 00'],
    ['READ (10)', '28 00 00000010 00 0008 00'],
    ['READ (12)', 'A8 00 00000010 00000008 00 00'],
    ['READ (16)', '88 00 0000000000000010 00000008 00 00'],
  ] as const
  it.each(everySize)('%s sends the blocks it names', async (_name, cdb) => {
    const device = new TestDevice()
    pattern(8 * BLOCK).copy(device.store.bytes, 16 * BLOCK)
    const task = await device.nexus().run({ cdb: hex(cdb), readBytes: 8 * BLOCK })
    expect(task.ending).toBe(Status.good)
    expect(task.lengthBytes).toBe(8 * BLOCK)
    expect(task.sent).toEqual(pattern(8 * BLOCK))
  })

  it('(6) takes a length of 0 for 256 blocks', async () => {
    const device = new TestDevice()
    pattern(256 * BLOCK).copy(device.store.bytes)
    const task = await device.nexus().run({ cdb: hex('08 000000 00 00'), readBytes: 256 * BLOCK })
    expect(task.sent).toEqual(pattern(256 * BLOCK))
  })

  it('of 0 blocks sends nothing and is no error', async () => {
    const device = new TestDevice()
    const task = await device.nexus().run({ cdb: hex('28 00 00000000 00 0000 00') })
    expect(task.ending).toBe(Status.good)
    expect(device.store.done).toEqual([])
  })

  const beyond = [
    ['from the first block behind the medium', '28 00 00000800 00 0001 00'],
    ['across the end of the medium', '28 00 000007FF 00 0002 00'],
    ['of 0 blocks behind the first block behind the medium', '28 00 00000801 00 0000 00'],
    ['at 2^31', '28 00 80000000 00 0001 00'],
    ['(16) at 2^63', '88 00 8000000000000000 00000001 00 00'],
    ['(16) at -1', '88 00 FFFFFFFFFFFFFFFF 00000001 00 00'],
  ] as const
  it.each(beyond)('%s is refused with 21/00', async (_name, cdb) => {
    const device = new TestDevice()
    const task = await device.nexus().run({ cdb: hex(cdb), readBytes: BLOCK })
    expect(task.ending).toBe(Status.checkCondition)
    expect(senseOf(task).code).toEqual({ key: 0x5, asc: 0x21, ascq: 0x00 })
    expect(device.store.done).toEqual([])
  })

  it('sees at once that the medium has grown', async () => {
    const device = new TestDevice({ store: { sizeBytes: 4 * BLOCK } })
    const nexus = device.nexus()
    const cdb = hex('28 00 00000003 00 0001 00')
    device.store.sizeBytes = 3 * BLOCK
    expect(senseOf(await nexus.run({ cdb, readBytes: BLOCK })).code).toEqual(Sense.logicalBlockAddressOutOfRange)
    device.store.sizeBytes = 4 * BLOCK
    expect((await nexus.run({ cdb, readBytes: BLOCK })).ending).toBe(Status.good)
  })

  it('of more blocks than MAXIMUM TRANSFER LENGTH is refused, and the pointer names the length', async () => {
    const device = new TestDevice({ attributes: { hwMaxSectors: 8 } })
    const task = await device.nexus().run({ cdb: hex('28 00 00000000 00 0009 00'), readBytes: 9 * BLOCK })
    expect(senseOf(task)).toMatchObject({ code: { key: 0x5, asc: 0x24, ascq: 0x00 }, pointer: { in: 'cdb', byte: 7 } })
  })

  it('with RDPROTECT is refused, and the pointer names its highest bit that is set', async () => {
    const device = new TestDevice()
    const task = await device.nexus().run({ cdb: hex('28 20 00000000 00 0001 00'), readBytes: BLOCK })
    expect(senseOf(task)).toMatchObject({
      code: { key: 0x5, asc: 0x24, ascq: 0x00 },
      pointer: { in: 'cdb', byte: 1, bit: 5 },
    })
  })

  it('with FUA has dirty data of its blocks brought to stable storage first', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    await nexus.run({ cdb: hex('28 08 00000000 00 0001 00'), readBytes: BLOCK })
    await nexus.run({ cdb: hex('28 10 00000000 00 0001 00'), readBytes: BLOCK })
    expect(device.store.done.map(({ fua }) => fua)).toEqual([true, false])
  })

  it('with DPO or FUA is refused by a unit that says that it has neither', async () => {
    const device = new TestDevice({ attributes: { emulateFuaWrite: false } })
    const nexus = device.nexus()
    for (const flags of ['08', '10']) {
      const task = await nexus.run({ cdb: hex(`28 ${flags} 00000000 00 0001 00`), readBytes: BLOCK })
      expect(senseOf(task).code).toEqual({ key: 0x5, asc: 0x24, ascq: 0x00 })
    }
  })

  // RFC 7143 11.4.5: the command's own length and what the initiator has room for differ.
  const residuals = [
    ['nothing', 0],
    ['a part of a block', 200],
    ['one of two blocks', BLOCK],
    ['one block and a part', 700],
    ['more', 10_000],
  ] as const
  it.each(residuals)('sends what the initiator has room for: %s', async (_name, readBytes) => {
    const device = new TestDevice()
    pattern(2 * BLOCK).copy(device.store.bytes)
    const task = await device.nexus().run({ cdb: hex('28 00 00000000 00 0002 00'), readBytes })
    expect(task.ending).toBe(Status.good)
    expect(task.lengthBytes).toBe(2 * BLOCK)
    expect(task.sent).toEqual(pattern(2 * BLOCK).subarray(0, readBytes))
  })

  it('that the initiator flagged as a write sends nothing and ends with GOOD', async () => {
    const device = new TestDevice()
    const task = await device.nexus().run({ cdb: hex('28 00 00000000 00 0001 00'), data: Buffer.alloc(BLOCK) })
    expect(task.ending).toBe(Status.good)
    expect(task.sent.length).toBe(0)
  })

  it('runs in pieces of 256 KiB, each when there is room for it', async () => {
    const device = new TestDevice()
    const bytes = 600 * 1024
    pattern(bytes).copy(device.store.bytes)
    const task = device.nexus().submit({ cdb: hex('28 00 00000000 00 04B0 00'), readBytes: bytes, slow: true })
    expect(device.store.done).toEqual([])
    for (const expected of [256, 512, 600]) {
      expect(task.ending).toBeUndefined()
      task.makeRoom()
      expect(task.sent.length).toBe(expected * 1024)
    }
    expect(task.ending).toBe(Status.good)
    expect(task.sent).toEqual(pattern(bytes))
  })

  it('waits in line for memory where it is short', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    const all = Array.from({ length: 16 }, () => device.slab.take(256 * 1024))
    const task = nexus.submit({ cdb: hex('28 00 00000000 00 0001 00'), readBytes: BLOCK })
    expect(task.ending).toBeUndefined()
    all.pop()?.release()
    expect(task.ending).toBe(Status.good)
    for (const slot of all) slot?.release()
  })

  it('goes on when a slow store has read', async () => {
    const device = new TestDevice()
    pattern(BLOCK).copy(device.store.bytes)
    const nexus = device.nexus()
    device.store.held = true
    const task = nexus.submit({ cdb: hex('28 00 00000000 00 0001 00'), readBytes: BLOCK })
    expect(task.ending).toBeUndefined()
    device.store.complete()
    expect(task.ending).toBe(Status.good)
    expect(task.sent).toEqual(pattern(BLOCK))
  })

  const faults = [
    ['io', Sense.unrecoveredReadError],
    ['gone', Sense.mediumNotPresent],
    ['laneLost', Sense.internalTargetFailureAborted],
    ['noMemory', Sense.systemResourceFailureAborted],
  ] as const
  it.each(faults)('that the store could not do for the reason %s never ends with GOOD', async (fault, code) => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.faults.set('read', fault)
    const task = await nexus.run({ cdb: hex('28 00 00000000 00 0001 00'), readBytes: BLOCK })
    expect(task.ending).toBe(Status.checkCondition)
    expect(senseOf(task).code).toEqual(code)
  })

  it.each([1024, 2048, 4096])('counts in blocks of %i bytes', async blockSizeBytes => {
    const device = new TestDevice({ attributes: { blockSizeBytes } })
    pattern(blockSizeBytes).copy(device.store.bytes, 3 * blockSizeBytes)
    const task = await device.nexus().run({ cdb: hex('28 00 00000003 00 0001 00'), readBytes: blockSizeBytes })
    expect(task.sent).toEqual(pattern(blockSizeBytes))
    const part = await device.nexus('b').run({ cdb: hex('28 00 00000003 00 0001 00'), readBytes: 700 })
    expect(part.sent).toEqual(pattern(blockSizeBytes).subarray(0, 700))
  })
})
