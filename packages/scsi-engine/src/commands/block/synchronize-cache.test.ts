import { Sense } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { hex, senseOf, settled, TestDevice } from '../../testing/device.ts'

describe('SYNCHRONIZE CACHE', () => {
  const everySize = [
    ['SYNCHRONIZE CACHE (10)', '35 00 00000000 00 0000 00'],
    ['SYNCHRONIZE CACHE (16)', '91 00 0000000000000000 00000000 00 00'],
  ] as const

  it.each(everySize)('%s ends when the store has flushed', async (_name, cdb) => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.held = true
    const task = nexus.submit({ cdb: hex(cdb) })
    await settled()
    expect(task.ending).toBeUndefined()
    device.store.complete()
    expect((await task.ended()).ending).toBe(Status.good)
  })

  it('that fails is a medium error, every time', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    for (const fault of ['io', 'flushFailed'] as const) {
      device.store.faults.set('flush', fault)
      const task = await nexus.run({ cdb: hex('35 00 00000000 00 0000 00') })
      expect(senseOf(task).code).toEqual({ key: 0x3, asc: 0x0c, ascq: 0x00 })
    }
  })

  it('with IMMED ends before the store has flushed', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.held = true
    const task = nexus.submit({ cdb: hex('35 02 00000000 00 0000 00') })
    expect(task.ending).toBe(Status.good)
    device.store.complete(undefined, 'io')
    await settled()
  })

  it('of blocks behind the medium is refused', async () => {
    const nexus = new TestDevice().nexus()
    const task = await nexus.run({ cdb: hex('35 00 00000800 00 0001 00') })
    expect(senseOf(task).code).toEqual(Sense.logicalBlockAddressOutOfRange)
    expect((await nexus.run({ cdb: hex('35 00 00000000 00 0800 00') })).ending).toBe(Status.good)
  })
})
