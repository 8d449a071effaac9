import { describe, expect, it } from 'vitest'
import { senseOf, TestDevice } from '../../testing/device.ts'

const raw = (text: string): Buffer => Buffer.from(text, 'hex')
const REQUEST_SENSE = { cdb: raw('03000000fc00'), readBytes: 252 }
const DESCRIPTOR_SENSE = { cdb: raw('03010000fc00'), readBytes: 252 }
const TEST_UNIT_READY = { cdb: raw('000000000000') }

describe('REQUEST SENSE', () => {
  it('says that there is nothing to say', async () => {
    const task = await new TestDevice().nexus().run(REQUEST_SENSE)
    expect(task.sent.toString('hex')).toBe('70000000000000 0a000000000000000000 00'.replaceAll(' ', ''))
  })

  it('returns a unit attention as its data, with status GOOD, and clears it', async () => {
    const nexus = new TestDevice().nexus('a', { fresh: true })
    const task = await nexus.run(REQUEST_SENSE)
    expect(task.ending).toBe(0)
    expect(task.sent.toString('hex')).toBe('7000060000000 00a000000002900000000 00'.replaceAll(' ', ''))
    expect((await nexus.run(TEST_UNIT_READY)).ending).toBe(0)
  })

  it('returns descriptor format when DESC asks for it, whatever D_SENSE says', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    expect((await nexus.run(DESCRIPTOR_SENSE)).sent.toString('hex')).toBe('7200000000000000')
    device.unit.changeMode({ softwareWriteProtect: false, descriptorSense: true }, { key: 'other' } as never)
    await nexus.run(TEST_UNIT_READY)
    expect((await nexus.run(REQUEST_SENSE)).sent[0]).toBe(0x70)
  })

  it('returns a deferred error as such', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.say({ kind: 'flushFailed' })
    expect((await nexus.run(REQUEST_SENSE)).sent.subarray(0, 3).toString('hex')).toBe('710003')
  })

  it('says why the unit is not ready', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.available = false
    const task = await nexus.run(REQUEST_SENSE)
    expect(task.ending).toBe(0)
    expect([task.sent[2], task.sent[12], task.sent[13]]).toEqual([2, 0x04, 0x01])
  })

  it('says of a number without a unit that it is not supported', async () => {
    const task = await new TestDevice().nexus().run({ ...REQUEST_SENSE, lun: 5 })
    expect([task.sent[2], task.sent[12], task.sent[13]]).toEqual([5, 0x25, 0x00])
  })

  it('is cut to the allocation length', async () => {
    const task = await new TestDevice().nexus().run({ cdb: raw('030000000800'), readBytes: 252 })
    expect(task.sent).toHaveLength(8)
  })
})

describe('TEST UNIT READY', () => {
  it('ends with GOOD on a unit that is ready', async () => {
    expect((await new TestDevice().nexus().run(TEST_UNIT_READY)).ending).toBe(0)
  })

  it('ends with the reason on a unit that is not', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.available = false
    expect(senseOf(await nexus.run(TEST_UNIT_READY)).code).toEqual({ key: 2, asc: 0x04, ascq: 0x01 })
  })

  it('ends with GOOD on the REPORT LUNS well-known logical unit, and is refused where there is no unit', async () => {
    const nexus = new TestDevice().nexus()
    await nexus.run({ ...TEST_UNIT_READY, lun: -1 })
    expect((await nexus.run({ ...TEST_UNIT_READY, lun: -1 })).ending).toBe(0)
    expect(senseOf(await nexus.run({ ...TEST_UNIT_READY, lun: 3 })).code.asc).toBe(0x25)
  })
})
