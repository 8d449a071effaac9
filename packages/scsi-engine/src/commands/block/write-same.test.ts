import { Sense } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { hex, pattern, senseOf, settled, TestDevice } from '../../testing/device.ts'

const BLOCK = 512
const thin = { emulateTpu: true, emulateTpws: true }

/** A device whose medium is full of FFh. */
function full(attributes: ConstructorParameters<typeof TestDevice>[0] = { attributes: thin }): TestDevice {
  const device = new TestDevice(attributes)
  device.store.bytes.fill(0xff)
  return device
}

const operations = (device: TestDevice) => device.store.done.map(({ operation }) => operation)

describe('WRITE SAME', () => {
  const everySize = [
    ['WRITE SAME (10)', '41 00 00000010 00 0004 00'],
    ['WRITE SAME (16)', '93 00 0000000000000010 00000004 00 00'],
  ] as const

  it.each(everySize)('%s puts its one block on every block', async (_name, cdb) => {
    const device = full()
    const block = pattern(BLOCK, 3)
    const task = await device.nexus().run({ cdb: hex(cdb), data: block })
    expect(task.ending).toBe(Status.good)
    expect(task.lengthBytes).toBe(BLOCK)
    expect(device.store.bytes.subarray(16 * BLOCK, 20 * BLOCK)).toEqual(Buffer.concat([block, block, block, block]))
    expect(device.store.bytes.subarray(20 * BLOCK)).toEqual(Buffer.alloc(device.store.sizeBytes - 20 * BLOCK, 0xff))
  })

  it('of more than one piece fills all of them', async () => {
    const device = full()
    const task = await device.nexus().run({ cdb: hex('41 00 00000001 00 0500 00'), data: Buffer.alloc(BLOCK, 0x11) })
    expect(task.ending).toBe(Status.good)
    expect(device.store.bytes.subarray(0, BLOCK)).toEqual(Buffer.alloc(BLOCK, 0xff))
    expect(device.store.bytes.subarray(BLOCK, 0x501 * BLOCK)).toEqual(Buffer.alloc(0x500 * BLOCK, 0x11))
    expect(device.store.bytes[0x501 * BLOCK]).toBe(0xff)
  })

  it('of zeroes has the store zero the range', async () => {
    const device = full()
    await device.nexus().run({ cdb: hex('41 00 00000010 00 0004 00'), data: Buffer.alloc(BLOCK) })
    expect(operations(device)).toEqual(['zero'])
  })

  it('of zeroes with UNMAP gives the space back', async () => {
    const device = full()
    await device.nexus().run({ cdb: hex('41 08 00000010 00 0004 00'), data: Buffer.alloc(BLOCK) })
    expect(operations(device)).toEqual(['discard'])
    expect(device.store.bytes.subarray(16 * BLOCK, 20 * BLOCK)).toEqual(Buffer.alloc(4 * BLOCK))
  })

  it('of zeroes with UNMAP writes zeroes where discarded space need not read so', async () => {
    const device = full({ store: { features: { discardsToZeroes: false } }, attributes: thin })
    await device.nexus().run({ cdb: hex('41 08 00000010 00 0004 00'), data: Buffer.alloc(BLOCK) })
    expect(operations(device)).toEqual(['zero'])
  })

  it('of anything else with UNMAP writes it', async () => {
    const device = full()
    const task = await device.nexus().run({ cdb: hex('41 08 00000010 00 0004 00'), data: Buffer.alloc(BLOCK, 0xa6) })
    expect(task.ending).toBe(Status.good)
    expect(device.store.bytes.subarray(16 * BLOCK, 20 * BLOCK)).toEqual(Buffer.alloc(4 * BLOCK, 0xa6))
  })

  it('with UNMAP is refused by a unit that does not unmap so', async () => {
    const device = full({ attributes: { emulateTpu: true } })
    const task = await device.nexus().run({ cdb: hex('41 08 00000010 00 0004 00'), data: Buffer.alloc(BLOCK) })
    expect(senseOf(task)).toMatchObject({ code: Sense.invalidFieldInCdb, pointer: { in: 'cdb', byte: 1, bit: 3 } })
  })

  it.each(['10', '18'])('with ANCHOR is refused, with UNMAP or without (byte 1 is %s)', async flags => {
    const device = full()
    const task = await device.nexus().run({ cdb: hex(`41 ${flags} 00000010 00 0004 00`), data: Buffer.alloc(BLOCK) })
    expect(senseOf(task)).toMatchObject({ code: Sense.invalidFieldInCdb, pointer: { in: 'cdb', byte: 1, bit: 4 } })
  })

  it('(16) with NDOB writes zeroes without any data-out', async () => {
    const device = full()
    const nexus = device.nexus()
    const task = await nexus.run({ cdb: hex('93 01 0000000000000010 00000004 00 00') })
    expect(task.ending).toBe(Status.good)
    await nexus.run({ cdb: hex('93 09 0000000000000020 00000004 00 00') })
    expect(operations(device)).toEqual(['zero', 'discard'])
  })

  it.each([BLOCK / 2, 2 * BLOCK])('with %i bytes of data-out instead of one block is refused', async lengthBytes => {
    const device = full()
    const task = await device.nexus().run({ cdb: hex('41 08 00000010 00 0001 00'), data: Buffer.alloc(lengthBytes) })
    expect(senseOf(task).code).toEqual({ key: 0x5, asc: 0x24, ascq: 0x00 })
    expect(device.store.done).toEqual([])
  })

  it('that is aborted before its block has come writes nothing', async () => {
    const device = full()
    const nexus = device.nexus()
    const task = nexus.submit({ cdb: hex('41 00 00000010 00 0004 00'), data: Buffer.alloc(BLOCK, 1), slow: true })
    expect(await nexus.manage('abortTask', { tag: task.tag })).toBe('complete')
    await settled()
    expect([task.ending, device.store.done]).toEqual(['silently', []])
  })

  it('whose LUN goes away gives back the block that comes in the same turn', async () => {
    const device = full()
    const task = device
      .nexus()
      .submit({ cdb: hex('41 00 00000010 00 0004 00'), data: Buffer.alloc(BLOCK, 1), slow: true })
    const gone = device.group.unmapLun(undefined, 0)
    task.deliver()
    await gone
    expect(senseOf(task).code).toEqual(Sense.logicalUnitNotSupported)
    expect([device.store.done, device.slab.takenBytes]).toEqual([[], 0])
  })

  it('that is aborted while it waits for memory writes nothing, and its wish is taken back', async () => {
    const device = full()
    const nexus = device.nexus()
    const task = nexus.submit({ cdb: hex('41 00 00000010 00 0200 00'), data: Buffer.alloc(BLOCK, 1), slow: true })
    const others = Array.from({ length: 15 }, () => device.slab.take(256 * 1024))
    task.deliver()
    others.push(device.slab.take(BLOCK))
    await settled()
    expect(device.slab.waiting).toBe(1)
    expect(await nexus.manage('abortTask', { tag: task.tag })).toBe('complete')
    expect(device.slab.waiting).toBe(0)
    for (const slot of others) slot?.release()
    expect(device.store.done).toEqual([])
  })

  it('that is aborted in the middle writes no further piece', async () => {
    const device = full()
    const nexus = device.nexus()
    device.store.held = true
    const task = nexus.submit({ cdb: hex('41 00 00000000 00 0600 00'), data: Buffer.alloc(BLOCK, 1) })
    await settled()
    const aborted = nexus.manage('abortTask', { tag: task.tag })
    device.store.completeAll()
    expect(await aborted).toBe('complete')
    expect([task.ending, device.store.done.length]).toEqual(['silently', 1])
  })

  it('lets other commands have their turn where it takes long', async () => {
    const device = full({ store: { sizeBytes: 8 * 1024 * 1024 }, attributes: { maxWriteSameLen: 0 } })
    const nexus = device.nexus()
    const task = nexus.submit({ cdb: hex('41 00 00000000 00 4000 00'), data: Buffer.alloc(BLOCK, 1) })
    await settled()
    expect(task.ending).toBeUndefined()
    expect((await task.ended()).ending).toBe(Status.good)
  })

  it('whose store fails in the middle stops there, and reports it', async () => {
    const device = full()
    let begun = 0
    device.store.began = () => {
      if (++begun === 2) device.store.faults.set('write', 'noSpace')
    }
    const task = await device.nexus().run({ cdb: hex('41 00 00000000 00 0600 00'), data: Buffer.alloc(BLOCK, 1) })
    expect(senseOf(task).code).toEqual({ key: 0x7, asc: 0x27, ascq: 0x07 })
    expect(device.store.done.map(({ offset }) => offset)).toEqual([0, 256 * 1024])
    await settled()
    expect(device.slab.takenBytes).toBe(0)
  })

  it('of length 0 goes to the end of the medium', async () => {
    const device = full()
    const task = await device.nexus().run({ cdb: hex('41 08 00000700 00 0000 00'), data: Buffer.alloc(BLOCK) })
    expect(task.ending).toBe(Status.good)
    expect(device.store.done).toMatchObject([{ offset: 0x700 * BLOCK, lengthBytes: 0x100 * BLOCK }])
  })

  it('of length 0 is refused where that is more than MAXIMUM WRITE SAME LENGTH, and on it is not', async () => {
    const device = full({ attributes: { ...thin, maxWriteSameLen: 16 } })
    const nexus = device.nexus()
    const refused = await nexus.run({ cdb: hex('41 00 000007EF 00 0000 00'), data: Buffer.alloc(BLOCK) })
    expect(senseOf(refused)).toMatchObject({ code: Sense.invalidFieldInCdb, pointer: { in: 'cdb', byte: 7 } })
    const taken = await nexus.run({ cdb: hex('41 00 000007F0 00 0000 00'), data: Buffer.alloc(BLOCK) })
    expect(taken.ending).toBe(Status.good)
  })

  it.each(['00000800', '00000801', '80000000'])('at %s, behind the medium, is refused with 21/00', async lba => {
    const device = full()
    const nexus = device.nexus()
    for (const blocks of ['0000', '0001']) {
      const task = await nexus.run({ cdb: hex(`41 00 ${lba} 00 ${blocks} 00`), data: Buffer.alloc(BLOCK) })
      expect(senseOf(task).code).toEqual(Sense.logicalBlockAddressOutOfRange)
    }
  })

  it('without a write cache ends only when it is on stable storage', async () => {
    const device = full({ attributes: { ...thin, emulateWriteCache: false } })
    const nexus = device.nexus()
    await nexus.run({ cdb: hex('41 00 00000010 00 0004 00'), data: Buffer.alloc(BLOCK, 1) })
    await nexus.run({ cdb: hex('41 08 00000010 00 0004 00'), data: Buffer.alloc(BLOCK) })
    expect(device.store.done.map(({ fua }) => fua)).toEqual([true, true])
  })
})
