import { Sense } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { hex, senseOf, settled, TestDevice, type TestDeviceOptions } from '../../testing/device.ts'

const BLOCK = 512
const thin = { emulateTpu: true, maxUnmapBlockDescCount: 4, maxUnmapLbaCount: 256 }

function full(options: TestDeviceOptions = { attributes: thin }): TestDevice {
  const device = new TestDevice(options)
  device.store.bytes.fill(0xff)
  return device
}

/** UNMAP with this parameter list (SBC-4). */
const unmap = (list: string) => ({
  cdb: hex(`42 00 00000000 00 ${hex(list).length.toString(16).padStart(4, '0')} 00`),
  data: hex(list),
})

describe('UNMAP', () => {
  it('gives back the space of every range that it names', async () => {
    const device = full()
    const list = '0026 0020 00000000  0000000000000010 00000008 00000000  0000000000000040 00000001 00000000'
    const task = await device.nexus().run(unmap(list))
    expect(task.ending).toBe(Status.good)
    expect(device.store.done).toEqual([
      { operation: 'discard', offset: 16 * BLOCK, lengthBytes: 8 * BLOCK, fua: false },
      { operation: 'discard', offset: 64 * BLOCK, lengthBytes: BLOCK, fua: false },
    ])
  })

  const nothing = [
    ['0 blocks', '0016 0010 00000000  0000000000000010 00000000 00000000'],
    ['0 blocks right behind the medium', '0016 0010 00000000  0000000000000800 00000000 00000000'],
    ['no range', '0006 0000 00000000'],
  ] as const
  it.each(nothing)('of %s does nothing and is no error', async (_name, list) => {
    const device = full()
    expect((await device.nexus().run(unmap(list))).ending).toBe(Status.good)
    expect(device.store.done).toEqual([])
  })

  it('with a parameter list of length 0 does nothing and is no error', async () => {
    expect(
      (
        await full()
          .nexus()
          .run({ cdb: hex('42 00 00000000 00 0000 00') })
      ).ending,
    ).toBe(Status.good)
  })

  it('is unknown to a unit that does not unmap', async () => {
    const device = full({})
    const task = await device.nexus().run(unmap('0006 0000 00000000'))
    expect(senseOf(task).code).toEqual({ key: 0x5, asc: 0x20, ascq: 0x00 })
  })

  it('behind the medium is refused before anything was unmapped', async () => {
    const device = full()
    const list = '0026 0020 00000000  0000000000000010 00000008 00000000  00000000000007FF 00000002 00000000'
    expect(senseOf(await device.nexus().run(unmap(list))).code).toEqual(Sense.logicalBlockAddressOutOfRange)
    expect(device.store.done).toEqual([])
  })

  it('of more blocks than MAXIMUM UNMAP LBA COUNT is refused', async () => {
    const list = '0016 0010 00000000  0000000000000000 00000101 00000000'
    const task = await full().nexus().run(unmap(list))
    expect(senseOf(task).code).toEqual({ key: 0x5, asc: 0x26, ascq: 0x00 })
  })

  it('of as many blocks and ranges as those two limits say is done', async () => {
    const device = full()
    const ranges = [0, 0x40, 0x80, 0xc0].map(lba => `${lba.toString(16).padStart(16, '0')} 00000040 00000000`)
    expect((await device.nexus().run(unmap(`0046 0040 00000000 ${ranges.join('')}`))).ending).toBe(Status.good)
    expect(device.store.done.map(({ offset }) => offset / BLOCK)).toEqual([0, 0x40, 0x80, 0xc0])
  })

  it('whose limits are 0 has none', async () => {
    const device = full({ attributes: { emulateTpu: true, maxUnmapBlockDescCount: 0, maxUnmapLbaCount: 0 } })
    const list = '0026 0020 00000000  0000000000000000 00000400 00000000  0000000000000400 00000400 00000000'
    expect((await device.nexus().run(unmap(list))).ending).toBe(Status.good)
    expect(device.store.done).toHaveLength(2)
  })

  it('that waits for blocks when its task is aborted unmaps nothing, and holds none', async () => {
    const device = full()
    const nexus = device.nexus()
    device.store.held = true
    nexus.submit({ cdb: hex('2A 00 00000010 00 0001 00'), data: Buffer.alloc(BLOCK, 1) })
    const waiting = nexus.submit(unmap('0016 0010 00000000  0000000000000010 00000008 00000000'))
    await settled()
    expect(await nexus.manage('abortTask', { tag: waiting.tag })).toBe('complete')
    const behind = nexus.submit({ cdb: hex('2A 00 00000017 00 0001 00'), data: Buffer.alloc(BLOCK, 2) })
    device.store.completeAll()
    await settled()
    expect([waiting.ending, behind.ending]).toEqual(['silently', Status.good])
    expect(device.store.done.map(({ operation }) => operation)).toEqual(['write', 'write'])
  })

  it('through a store that keeps writes back, of a unit without a write cache, is on stable storage', async () => {
    const device = full({ attributes: { ...thin, emulateWriteCache: false } })
    await device.nexus().run(unmap('0016 0010 00000000  0000000000000010 00000008 00000000'))
    expect(device.store.done).toMatchObject([{ operation: 'discard', fua: true }])
  })

  it('of more ranges than MAXIMUM UNMAP BLOCK DESCRIPTOR COUNT is refused', async () => {
    const list = `0056 0050 00000000 ${'0000000000000000 00000001 00000000'.repeat(5)}`
    const task = await full().nexus().run(unmap(list))
    expect(senseOf(task)).toMatchObject({
      code: Sense.invalidFieldInParameterList,
      pointer: { in: 'parameters', byte: 2 },
    })
  })

  it('of one range and one block is done where that is all that its limits allow, and of two refused', async () => {
    const device = full({ attributes: { emulateTpu: true, maxUnmapBlockDescCount: 1, maxUnmapLbaCount: 1 } })
    const nexus = device.nexus()
    const range = (blocks: number) => `0000000000000010 0000000${blocks} 00000000`
    expect((await nexus.run(unmap(`0016 0010 00000000 ${range(1)}`))).ending).toBe(Status.good)
    for (const list of [`0016 0010 00000000 ${range(2)}`, `0026 0020 00000000 ${range(0)}${range(1)}`])
      expect(senseOf(await nexus.run(unmap(list))).code).toEqual(Sense.invalidFieldInParameterList)
    expect(device.store.done).toHaveLength(1)
  })

  it('with a list that ends before its descriptors is refused with 1A/00', async () => {
    const task = await full().nexus().run(unmap('0016 0010 00000000 00000000'))
    expect(senseOf(task).code).toEqual({ key: 0x5, asc: 0x1a, ascq: 0x00 })
  })

  it('of which the initiator has less than the CDB says is refused with 0E/03, and none of it is taken', async () => {
    const task = await full()
      .nexus()
      .run({ cdb: hex('42 00 00000000 00 0018 00'), data: hex('0006 0000 00000000') })
    expect(senseOf(task).code).toEqual({ key: 0x5, asc: 0x0e, ascq: 0x03 })
    expect(task.expectedBytes).toBe(0)
  })

  it('with ANCHOR is refused', async () => {
    const task = await full()
      .nexus()
      .run({ cdb: hex('42 01 00000000 00 0008 00'), data: hex('0006 0000 00000000') })
    expect(senseOf(task)).toMatchObject({ code: Sense.invalidFieldInCdb, pointer: { in: 'cdb', byte: 1, bit: 0 } })
  })

  it('waits for a write to its blocks that came before, and a later one waits for it', async () => {
    const device = full()
    const nexus = device.nexus()
    device.store.held = true
    nexus.submit({ cdb: hex('2A 00 00000010 00 0001 00'), data: Buffer.alloc(BLOCK, 1) })
    const discarded = nexus.submit(unmap('0016 0010 00000000  0000000000000010 00000008 00000000'))
    await settled()
    nexus.submit({ cdb: hex('2A 00 00000017 00 0001 00'), data: Buffer.alloc(BLOCK, 2) })
    nexus.submit({ cdb: hex('2A 00 00000018 00 0001 00'), data: Buffer.alloc(BLOCK, 3) })
    expect(device.store.underWay.map(({ operation, offset }) => [operation, offset / BLOCK])).toEqual([
      ['write', 0x10],
      ['write', 0x18],
    ])
    device.store.complete()
    await settled()
    expect(device.store.underWay.map(({ operation }) => operation)).toEqual(['write', 'discard'])
    device.store.complete(device.store.underWay[1])
    await discarded.ended()
    await settled()
    expect(device.store.underWay.map(({ offset }) => offset / BLOCK)).toEqual([0x18, 0x17])
    device.store.completeAll()
  })

  it('that failed reports it', async () => {
    const device = full()
    const nexus = device.nexus()
    device.store.faults.set('discard', 'io')
    const task = await nexus.run(unmap('0016 0010 00000000  0000000000000010 00000008 00000000'))
    expect(senseOf(task).code).toEqual(Sense.writeError)
  })
})
