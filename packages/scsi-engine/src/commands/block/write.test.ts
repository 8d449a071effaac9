import { Sense } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { hex, pattern, senseOf, TestDevice } from '../../testing/device.ts'

const BLOCK = 512

describe('WRITE', () => {
  const everySize = [
    ['WRITE (6)', '0A 00 0010 08 00'],
    ['WRITE (10)', '2A 00 00000010 00 0008 00'],
    ['WRITE (12)', 'AA 00 00000010 00000008 00 00'],
    ['WRITE (16)', '8A 00 0000000000000010 00000008 00 00'],
  ] as const
  it.each(everySize)('%s puts the data-out on the blocks it names, and on no other', async (_name, cdb) => {
    const device = new TestDevice()
    const task = await device.nexus().run({ cdb: hex(cdb), data: pattern(8 * BLOCK) })
    expect(task.ending).toBe(Status.good)
    expect(task.expectedBytes).toBe(8 * BLOCK)
    const medium = Buffer.alloc(device.store.sizeBytes)
    pattern(8 * BLOCK).copy(medium, 16 * BLOCK)
    expect(device.store.bytes).toEqual(medium)
  })

  it('beyond the medium solicits no data', async () => {
    const device = new TestDevice()
    const task = await device.nexus().run({ cdb: hex('2A 00 00000800 00 0001 00'), data: pattern(BLOCK) })
    expect(senseOf(task).code).toEqual({ key: 0x5, asc: 0x21, ascq: 0x00 })
    expect(task.expectedBytes).toBe(0)
  })

  it('with WRPROTECT is refused', async () => {
    const device = new TestDevice()
    const task = await device.nexus().run({ cdb: hex('2A E0 00000000 00 0001 00'), data: pattern(BLOCK) })
    expect(senseOf(task)).toMatchObject({ code: Sense.invalidFieldInCdb, pointer: { in: 'cdb', byte: 1, bit: 7 } })
  })

  it('with FUA ends only when its data is on stable storage', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    await nexus.run({ cdb: hex('2A 08 00000000 00 0001 00'), data: pattern(BLOCK) })
    await nexus.run({ cdb: hex('2A 00 00000000 00 0001 00'), data: pattern(BLOCK) })
    expect(device.store.done.map(({ fua }) => fua)).toEqual([true, false])
  })

  it('without a write cache ends only when its data is on stable storage', async () => {
    const device = new TestDevice({ attributes: { emulateWriteCache: false } })
    await device.nexus().run({ cdb: hex('2A 00 00000000 00 0001 00'), data: pattern(BLOCK) })
    expect(device.store.done).toEqual([{ operation: 'write', offset: 0, lengthBytes: BLOCK, fua: true }])
  })

  // RFC 7143 11.4.5: the initiator has less than the command wants.
  it('writes the whole blocks that the initiator has, and no more', async () => {
    const device = new TestDevice()
    const task = await device.nexus().run({ cdb: hex('2A 00 00000000 00 0002 00'), data: pattern(BLOCK) })
    expect(task.ending).toBe(Status.good)
    expect(task.lengthBytes).toBe(2 * BLOCK)
    expect(device.store.bytes.subarray(0, BLOCK)).toEqual(pattern(BLOCK))
    expect(device.store.bytes.subarray(BLOCK, 2 * BLOCK)).toEqual(Buffer.alloc(BLOCK))
  })

  it('of which the initiator has no data at all writes nothing and ends with GOOD', async () => {
    const device = new TestDevice()
    const task = await device.nexus().run({ cdb: hex('2A 00 00000000 00 0001 00') })
    expect(task.ending).toBe(Status.good)
    expect(task.lengthBytes).toBe(BLOCK)
    expect(device.store.done).toEqual([])
  })

  it('of which the initiator has a part of a block is refused with 0E/03, and nothing is written', async () => {
    const device = new TestDevice()
    const task = await device.nexus().run({ cdb: hex('2A 00 00000000 00 0001 00'), data: pattern(200) })
    expect(senseOf(task).code).toEqual({ key: 0x5, asc: 0x0e, ascq: 0x03 })
    expect(task.lengthBytes).toBe(BLOCK)
    expect(device.store.done).toEqual([])
  })

  it('writes only what the command wants where the initiator has more', async () => {
    const device = new TestDevice()
    const task = await device.nexus().run({ cdb: hex('2A 00 00000000 00 0001 00'), data: pattern(10_000) })
    expect(task.ending).toBe(Status.good)
    expect(task.expectedBytes).toBe(BLOCK)
    expect(device.store.bytes.subarray(BLOCK, 2 * BLOCK)).toEqual(Buffer.alloc(BLOCK))
  })

  it('receives the next piece while the store writes the last one', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    const bytes = 600 * 1024
    device.store.held = true
    const task = nexus.submit({ cdb: hex('2A 00 00000000 00 04B0 00'), data: pattern(bytes), slow: true })
    task.deliver()
    expect(device.store.underWay.length).toBe(1)
    expect(task.wantsPiece).toBe(true)
    task.deliver()
    expect(device.store.underWay.length).toBe(2)
    expect(task.wantsPiece).toBe(false)
    device.store.complete(device.store.underWay[1])
    task.deliver()
    device.store.completeAll()
    expect(task.ending).toBe(Status.good)
    expect(device.store.bytes.subarray(0, bytes)).toEqual(pattern(bytes))
  })

  it('asks for no further piece after one that could not be written', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.held = true
    const task = nexus.submit({ cdb: hex('2A 00 00000000 00 04B0 00'), data: pattern(600 * 1024), slow: true })
    task.deliver()
    device.store.complete(undefined, 'noSpace')
    expect(task.ending).toBe(Status.checkCondition)
    expect(senseOf(task).code).toEqual({ key: 0x7, asc: 0x27, ascq: 0x07 })
  })

  it('waits for the write under way before it reports that an earlier one failed', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.held = true
    const task = nexus.submit({ cdb: hex('2A 00 00000000 00 04B0 00'), data: pattern(600 * 1024) })
    device.store.complete(undefined, 'io')
    expect(task.ending).toBeUndefined()
    device.store.complete()
    expect(senseOf(task).code).toEqual({ key: 0x3, asc: 0x0c, ascq: 0x00 })
  })

  const faults = [
    ['io', { key: 0x3, asc: 0x0c, ascq: 0x00 }],
    ['readOnly', { key: 0x7, asc: 0x27, ascq: 0x00 }],
    ['flushFailed', { key: 0x3, asc: 0x0c, ascq: 0x00 }],
  ] as const
  it.each(faults)('that the store could not do for the reason %s never ends with GOOD', async (fault, code) => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.faults.set('write', fault)
    const task = await nexus.run({ cdb: hex('2A 00 00000000 00 0001 00'), data: pattern(BLOCK) })
    expect(senseOf(task).code).toEqual(code)
  })
})
