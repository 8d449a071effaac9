import { Sense } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { hex, senseOf, settled, TestDevice } from '../../testing/device.ts'
import { runsOf } from './get-lba-status.ts'

const thin = { attributes: { emulateTpu: true } }

describe('GET LBA STATUS', () => {
  it('names mapped and deallocated runs from the block asked for on', async () => {
    const device = new TestDevice(thin)
    device.store.extents = [
      { offset: 8192, lengthBytes: 4096, allocated: true },
      { offset: 12288, lengthBytes: 1036288, allocated: false },
    ]
    const task = await device.nexus().run({ cdb: hex('9E 12 0000000000000010 00000028 00 00'), readBytes: 40 })
    expect(task.ending).toBe(Status.good)
    expect(task.sent.toString('hex')).toBe(
      ['00000024 00000000', '0000000000000010 00000008 00 000000', '0000000000000018 000007e8 01 000000']
        .join('')
        .replaceAll(' ', ''),
    )
  })

  it('leaves its task set when it is aborted while the store looks', async () => {
    const device = new TestDevice(thin)
    const nexus = device.nexus()
    device.store.held = true
    const cdb = hex('9E 12 0000000000000000 00000018 00 00')
    const task = nexus.submit({ cdb, readBytes: 24, slow: true })
    const aborted = nexus.manage('abortTask', { tag: task.tag })
    device.store.completeAll()
    expect(await aborted).toBe('complete')
    await settled()
    expect([...device.device.taskSets()].map(({ count }) => count)).toEqual([0, 0, 0, 0])
    expect(task.sent.length).toBe(0)
  })

  it('is cut to the allocation length', async () => {
    const task = await new TestDevice(thin)
      .nexus()
      .run({ cdb: hex('9E 12 0000000000000000 00000008 00 00'), readBytes: 8 })
    expect(task.sent.toString('hex')).toBe('0000001400000000')
    expect(task.lengthBytes).toBe(8)
  })

  it('calls everything mapped where the store cannot tell', async () => {
    const device = new TestDevice({ ...thin, store: { features: { extents: false } } })
    const task = await device.nexus().run({ cdb: hex('9E 12 00000000000007FF 00000018 00 00'), readBytes: 24 })
    expect(task.sent.toString('hex')).toBe('000000140000000000000000000007ff0000000100000000')
  })

  it.each(['0000000000000800', '8000000000000000', 'FFFFFFFFFFFFFFFF'])('at %s is refused with 21/00', async lba => {
    const task = await new TestDevice(thin).nexus().run({ cdb: hex(`9E 12 ${lba} 00000018 00 00`), readBytes: 24 })
    expect(senseOf(task).code).toEqual(Sense.logicalBlockAddressOutOfRange)
  })

  it('is unknown to a fully provisioned unit', async () => {
    const task = await new TestDevice()
      .nexus()
      .run({ cdb: hex('9E 12 0000000000000000 00000018 00 00'), readBytes: 24 })
    expect(senseOf(task).code).toEqual(Sense.invalidFieldInCdb)
  })

  it('counts a block that is partly allocated as mapped', () => {
    const runs = runsOf(
      [
        { offset: 0, lengthBytes: 1024, allocated: false },
        { offset: 1024, lengthBytes: 5120, allocated: true },
        { offset: 6144, lengthBytes: 6144, allocated: false },
      ],
      0,
      4096,
    )
    expect(runs).toEqual([
      { lba: 0, blocks: 2, status: 0 },
      { lba: 2, blocks: 1, status: 1 },
    ])
  })

  it('joins neighbours of one kind, up to what one descriptor can say', () => {
    const most = (2 ** 32 - 1) * 512
    const all = { allocated: true }
    expect(
      runsOf(
        [
          { offset: 0, lengthBytes: 512, ...all },
          { offset: 512, lengthBytes: most - 512, ...all },
          { offset: most, lengthBytes: 512, ...all },
          { offset: most + 512, lengthBytes: 1024, allocated: false },
        ],
        0,
        512,
      ),
    ).toEqual([
      { lba: 0, blocks: 2 ** 32 - 1, status: 0 },
      { lba: 2 ** 32 - 1, blocks: 1, status: 0 },
      { lba: 2 ** 32, blocks: 2, status: 1 },
    ])
  })

  it('asks the store for what is left of the medium, and for no more runs than it can say', async () => {
    const device = new TestDevice(thin)
    let asked: unknown
    device.store.began = ({ operation, offset, lengthBytes, maxExtents }) => {
      asked = { operation, offset, lengthBytes, maxExtents }
    }
    await device.nexus().run({ cdb: hex('9E 12 0000000000000010 00000018 00 00'), readBytes: 24 })
    expect(asked).toEqual({ operation: 'extents', offset: 0x10 * 512, lengthBytes: 0x7f0 * 512, maxExtents: 1024 })
  })

  it('reports a store that could not look', async () => {
    const device = new TestDevice(thin)
    device.store.faults.set('extents', 'io')
    const task = await device.nexus().run({ cdb: hex('9E 12 0000000000000000 00000018 00 00'), readBytes: 24 })
    expect(senseOf(task).code).toEqual({ key: 0x3, asc: 0x11, ascq: 0x00 })
    expect(task.sent.length).toBe(0)
  })

  it('says in several descriptors what one cannot hold', () => {
    const runs = runsOf([{ offset: 0, lengthBytes: (2 ** 32 + 5) * 512, allocated: true }], 0, 512)
    expect(runs).toEqual([
      { lba: 0, blocks: 2 ** 32 - 1, status: 0 },
      { lba: 2 ** 32 - 1, blocks: 6, status: 0 },
    ])
  })
})
