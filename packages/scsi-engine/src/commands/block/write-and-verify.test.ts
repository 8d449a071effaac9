import { Sense } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { hex, pattern, senseOf, TestDevice } from '../../testing/device.ts'

const BLOCK = 512

describe('WRITE AND VERIFY', () => {
  const everySize = [
    ['WRITE AND VERIFY (10)', '2E 02 00000010 00 0004 00'],
    ['WRITE AND VERIFY (12)', 'AE 02 00000010 00000004 00 00'],
    ['WRITE AND VERIFY (16)', '8E 02 0000000000000010 00000004 00 00'],
  ] as const

  it.each(everySize)('%s writes to stable storage, and reads back what it wrote', async (_name, cdb) => {
    const device = new TestDevice()
    const task = await device.nexus().run({ cdb: hex(cdb), data: pattern(4 * BLOCK) })
    expect(task.ending).toBe(Status.good)
    expect(device.store.done).toEqual([
      { operation: 'write', offset: 16 * BLOCK, lengthBytes: 4 * BLOCK, fua: true },
      { operation: 'read', offset: 16 * BLOCK, lengthBytes: 4 * BLOCK, fua: true },
    ])
    expect(device.store.bytes.subarray(16 * BLOCK, 20 * BLOCK)).toEqual(pattern(4 * BLOCK))
  })

  it('with BYTCHK 1 finds what the medium did not keep', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.began = ({ operation }) => {
      if (operation === 'read') device.store.bytes[16 * BLOCK + 700] = 0xff
    }
    const task = await nexus.run({ cdb: hex('2E 02 00000010 00 0004 00'), data: pattern(4 * BLOCK) })
    expect(senseOf(task)).toMatchObject({ code: Sense.miscompareDuringVerifyOperation, information: 700 })
  })

  it('with BYTCHK 1 names the byte by its place in all that was sent', async () => {
    const device = new TestDevice()
    const bytes = 600 * 1024
    device.store.began = ({ operation }) => {
      if (operation === 'read') device.store.bytes[16 * BLOCK + bytes - 3] = 0xff
    }
    const task = await device.nexus().run({ cdb: hex('2E 02 00000010 00 04B0 00'), data: pattern(bytes) })
    expect(senseOf(task)).toMatchObject({ code: Sense.miscompareDuringVerifyOperation, information: bytes - 3 })
  })

  it('with BYTCHK 0 only sees that the blocks can be read', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    const written = { cdb: hex('2E 00 00000010 00 0001 00'), data: pattern(BLOCK) }
    device.store.began = ({ operation }) => {
      if (operation === 'read') device.store.bytes[16 * BLOCK] = 0xff
    }
    expect((await nexus.run(written)).ending).toBe(Status.good)
    device.store.faults.set('read', 'io')
    expect(senseOf(await nexus.run(written)).code).toEqual(Sense.unrecoveredReadError)
  })

  it.each(['04', '06'])('with a reserved BYTCHK (byte 1 is %s) is refused', async flags => {
    const device = new TestDevice()
    const task = await device.nexus().run({ cdb: hex(`2E ${flags} 00000010 00 0001 00`), data: pattern(BLOCK) })
    expect(senseOf(task)).toMatchObject({ code: Sense.invalidFieldInCdb, pointer: { in: 'cdb', byte: 1, bit: 2 } })
  })

  it('of 0 blocks writes nothing', async () => {
    const device = new TestDevice()
    expect((await device.nexus().run({ cdb: hex('2E 02 00000000 00 0000 00') })).ending).toBe(Status.good)
    expect(device.store.done).toEqual([])
  })

  it('runs in pieces', async () => {
    const device = new TestDevice()
    const bytes = 600 * 1024
    const task = await device.nexus().run({ cdb: hex('2E 02 00000000 00 04B0 00'), data: pattern(bytes) })
    expect(task.ending).toBe(Status.good)
    expect(device.store.bytes.subarray(0, bytes)).toEqual(pattern(bytes))
  })

  // As the iSCSIResiduals suite of libiscsi has it.
  const residuals = [
    ['nothing', 0, Status.good],
    ['a part of a block', 200, Status.checkCondition],
    ['one of two blocks', BLOCK, Status.good],
    ['more', 10_000, Status.good],
  ] as const
  it.each(residuals)('of which the initiator has %s writes whole blocks of that', async (_name, has, ending) => {
    const device = new TestDevice()
    const task = await device.nexus().run({ cdb: hex('2E 02 00000000 00 0002 00'), data: pattern(has) })
    expect(task.ending).toBe(ending)
    expect(task.lengthBytes).toBe(2 * BLOCK)
    const written = ending === Status.good ? Math.min(has, 2 * BLOCK) : 0
    expect(device.store.bytes.subarray(0, written)).toEqual(pattern(has).subarray(0, written))
    expect(device.store.bytes.subarray(written, 4 * BLOCK)).toEqual(Buffer.alloc(4 * BLOCK - written))
  })
})
