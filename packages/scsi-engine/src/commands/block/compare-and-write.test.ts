import { Sense } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { hex, pattern, senseOf, settled, TestDevice } from '../../testing/device.ts'

const BLOCK = 512
const cdb = hex('89 00 0000000000000010 000000 02 00 00')
const both = (compared: Buffer, written: Buffer) => Buffer.concat([compared, written])

describe('COMPARE AND WRITE', () => {
  it('writes where the medium holds what was expected', async () => {
    const device = new TestDevice()
    pattern(2 * BLOCK).copy(device.store.bytes, 16 * BLOCK)
    const task = await device.nexus().run({ cdb, data: both(pattern(2 * BLOCK), pattern(2 * BLOCK, 9)) })
    expect(task.ending).toBe(Status.good)
    expect(task.lengthBytes).toBe(4 * BLOCK)
    expect(device.store.bytes.subarray(16 * BLOCK, 18 * BLOCK)).toEqual(pattern(2 * BLOCK, 9))
  })

  it('writes nothing where one byte differs, and names that byte', async () => {
    const device = new TestDevice()
    pattern(2 * BLOCK).copy(device.store.bytes, 16 * BLOCK)
    const compared = pattern(2 * BLOCK)
    compared[997] = 0xff
    const task = await device.nexus().run({ cdb, data: both(compared, pattern(2 * BLOCK, 9)) })
    expect(senseOf(task)).toMatchObject({ code: { key: 0xe, asc: 0x1d, ascq: 0x00 }, information: 997 })
    expect(device.store.bytes.subarray(16 * BLOCK, 18 * BLOCK)).toEqual(pattern(2 * BLOCK))
  })

  it('writes with FUA where it says so', async () => {
    const device = new TestDevice()
    await device.nexus().run({ cdb: hex('89 08 0000000000000010 000000 01 00 00'), data: Buffer.alloc(2 * BLOCK) })
    expect(device.store.done.map(({ operation, fua }) => [operation, fua])).toEqual([
      ['read', false],
      ['write', true],
    ])
  })

  it.each([1, 3])('with data-out for %i blocks instead of two is refused', async blocks => {
    const device = new TestDevice()
    const task = await device.nexus().run({ cdb, data: Buffer.alloc(2 * blocks * BLOCK) })
    expect(senseOf(task).code).toEqual({ key: 0x5, asc: 0x24, ascq: 0x00 })
    expect(device.store.done).toEqual([])
  })

  it('of no block does nothing and is no error', async () => {
    const device = new TestDevice()
    const task = await device.nexus().run({ cdb: hex('89 00 0000000000000010 000000 00 00 00') })
    expect(task.ending).toBe(Status.good)
    expect(device.store.done).toEqual([])
  })

  it('of no block with data-out, as of 256 blocks in a field of one byte, is refused', async () => {
    const device = new TestDevice()
    const task = await device.nexus().run({
      cdb: hex('89 00 0000000000000010 000000 00 00 00'),
      data: Buffer.alloc(2 * 256 * BLOCK),
    })
    expect(senseOf(task)).toMatchObject({ code: Sense.invalidFieldInCdb, pointer: { in: 'cdb', byte: 13 } })
  })

  it('of 255 blocks of 512 bytes is taken, one block of 4096 more than fits a piece is not', async () => {
    const device = new TestDevice()
    const task = await device.nexus().run({
      cdb: hex('89 00 0000000000000000 000000 FF 00 00'),
      data: Buffer.alloc(2 * 255 * BLOCK),
    })
    expect(task.ending).toBe(Status.good)
    const large = new TestDevice({ attributes: { blockSizeBytes: 4096 } })
    const refused = await large.nexus().run({
      cdb: hex('89 00 0000000000000000 000000 21 00 00'),
      data: Buffer.alloc(2 * 33 * 4096),
    })
    expect(senseOf(refused)).toMatchObject({ code: Sense.invalidFieldInCdb, pointer: { in: 'cdb', byte: 13 } })
  })

  it('is unknown to a unit without it', async () => {
    const device = new TestDevice({ attributes: { emulateCaw: false } })
    const task = await device.nexus().run({ cdb, data: Buffer.alloc(4 * BLOCK) })
    expect(senseOf(task).code).toEqual(Sense.invalidCommandOperationCode)
  })

  it('lets no write of another nexus come between comparing and writing', async () => {
    const device = new TestDevice()
    const a = device.nexus('a')
    const b = device.nexus('b')
    device.store.held = true
    const one = hex('89 00 0000000000000010 000000 01 00 00')
    const first = a.submit({ cdb: one, data: both(Buffer.alloc(BLOCK), Buffer.alloc(BLOCK, 1)) })
    const second = b.submit({ cdb: one, data: both(Buffer.alloc(BLOCK), Buffer.alloc(BLOCK, 2)) })
    for (let i = 0; i < 4; i++) {
      await settled()
      expect(device.store.underWay.length).toBeLessThanOrEqual(1)
      if (device.store.underWay.length > 0) device.store.complete()
    }
    await settled()
    expect(first.ending).toBe(Status.good)
    expect(senseOf(second).code).toEqual(Sense.miscompareDuringVerifyOperation)
    expect(device.store.bytes.subarray(16 * BLOCK, 17 * BLOCK)).toEqual(Buffer.alloc(BLOCK, 1))
  })

  it('whose blocks are as expected, and that cannot write, reports it and keeps no memory', async () => {
    const device = new TestDevice()
    device.store.faults.set('write', 'io')
    const task = await device.nexus().run({ cdb, data: both(Buffer.alloc(2 * BLOCK), pattern(2 * BLOCK)) })
    expect(senseOf(task).code).toEqual({ key: 0x3, asc: 0x0c, ascq: 0x00 })
    await settled()
    expect(device.slab.takenBytes).toBe(0)
  })

  it('that cannot read what it compares with reports that and writes nothing', async () => {
    const device = new TestDevice()
    device.store.faults.set('read', 'io')
    const task = await device.nexus().run({ cdb, data: Buffer.alloc(4 * BLOCK) })
    expect(senseOf(task).code).toEqual({ key: 0x3, asc: 0x11, ascq: 0x00 })
    expect(device.store.done.map(({ operation }) => operation)).toEqual(['read'])
  })

  it('of 32 blocks of 4096 bytes, as many as fit a piece twice, is taken', async () => {
    const device = new TestDevice({ attributes: { blockSizeBytes: 4096 } })
    const most = hex('89 00 0000000000000000 000000 20 00 00')
    const task = await device.nexus().run({ cdb: most, data: Buffer.alloc(2 * 32 * 4096) })
    expect(task.ending).toBe(Status.good)
  })

  it('that is aborted while it compares does not write', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.held = true
    const task = nexus.submit({ cdb, data: Buffer.alloc(4 * BLOCK, 0) })
    await settled()
    const aborted = nexus.manage('abortTask', { tag: task.tag })
    device.store.completeAll()
    expect(await aborted).toBe('complete')
    expect(device.store.done.map(({ operation }) => operation)).toEqual(['read'])
  })
})
