import { Association, DesignatorType, decodeDesignators, designatorText, Sense } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { ControlledDevice } from '../../testing/controlled-device.ts'
import { hex, pattern, senseOf, TestDevice, type TestDeviceOptions } from '../../testing/device.ts'

function passed(deviceType = 0, { store, ...unit }: TestDeviceOptions = {}) {
  const device = new ControlledDevice({ deviceType })
  const test = new TestDevice({ ...unit, store: { sizeBytes: 0, device, ...store } })
  const nexus = test.nexus()
  device.handed.length = 0
  return { test, device, nexus }
}

const READ_ONLY = { store: { features: { write: false } } }

describe('INQUIRY of a passed-through device', () => {
  it('is its own, but for auto contingent allegiance and groups of ports', async () => {
    const { device, nexus } = passed(1)
    device.answers.push({ data: '0180062248b9003a' })
    const task = await nexus.run({ cdb: hex('120000002400'), readBytes: 36 })
    expect(task.sent.toString('hex')).toBe('018006024889003a')
  })

  it('has the names of the device, and of the port that the initiator came through', async () => {
    const { device, nexus } = passed()
    const [naa, itsPort] = ['010300085000c5001234abcd', '619300085000c5001234ffff']
    device.answers.push({ data: `00830018${naa}${itsPort}` })
    const task = await nexus.run({ cdb: hex('120183020000'), readBytes: 512 })
    const found = decodeDesignators(task.sent.subarray(4))
    expect(task.sent.readUInt16BE(2)).toBe(task.sent.length - 4)
    expect(found.filter(({ association }) => association === Association.logicalUnit)).toHaveLength(1)
    expect(Buffer.from(found[0]?.value ?? []).toString('hex')).toBe('5000c5001234abcd')
    expect(found.map(({ type }) => type)).toEqual([
      ...[DesignatorType.naa, DesignatorType.relativeTargetPort, DesignatorType.scsiName, DesignatorType.scsiName],
    ])
    expect(designatorText(found.at(-1) as never)).toBe('iqn.2026-11.io.lunkit:test')
  })

  it('has its names cut to what the initiator has room for, and asks the device for all of them', async () => {
    const { device, nexus } = passed()
    device.answers.push({ data: '0083000c010300085000c5001234abcd' })
    const task = await nexus.run({ cdb: hex('120183000400'), readBytes: 4 })
    expect(device.handed).toEqual([{ cdb: '120183100000', direction: 'in', lengthBytes: 4096, data: '' }])
    expect(task.sent.length).toBe(4)
  })

  it('ends as the device does where it has no such page, or one that nobody can read', async () => {
    const { device, nexus } = passed()
    device.answers.push({ status: Status.checkCondition, sense: '70000500000000' }, { data: '00830008010300ff' })
    const [none, odd] = [
      await nexus.run({ cdb: hex('120183020000'), readBytes: 512 }),
      await nexus.run({ cdb: hex('120183020000'), readBytes: 512 }),
    ]
    expect([none.ending, odd.sent.toString('hex')]).toEqual([Status.checkCondition, '00830008010300ff'])
  })

  it('leaves an attention that waits, and does not wait itself', async () => {
    const { device, test } = passed()
    const fresh = test.nexus('b', { fresh: true })
    device.answers.push({ data: '00' })
    expect((await fresh.run({ cdb: hex('120000002400'), readBytes: 36 })).ending).toBe(Status.good)
    expect(senseOf(await fresh.run({ cdb: hex('000000000000') })).code).toEqual(
      Sense.powerOnResetOrBusDeviceResetOccurred,
    )
  })
})

describe('what a passed-through device is not asked', () => {
  it('is REPORT LUNS: an initiator sees its own', async () => {
    const { device, nexus } = passed()
    const task = await nexus.run({ cdb: hex('a00000000000000000100000'), readBytes: 16 })
    expect(task.sent.toString('hex')).toBe('00000008000000000000000000000000')
    expect(device.handed).toEqual([])
  })

  it('is RESERVE and RELEASE, which are between initiators; nor persistent reservations', async () => {
    const { device, nexus, test } = passed()
    const other = test.nexus('b')
    device.handed.length = 0
    expect((await nexus.run({ cdb: hex('160000000000') })).ending).toBe(Status.good)
    expect((await other.run({ cdb: hex('000000000000') })).ending).toBe(Status.reservationConflict)
    const registering = await nexus.run({ cdb: hex('5f000000000000001800'), data: new Uint8Array(24) })
    expect(senseOf(registering).code).toEqual(Sense.invalidCommandOperationCode)
    expect(device.handed).toEqual([])
  })

  it('but for both without emulatePr, when they are its own', async () => {
    const { device, nexus } = passed(0, { attributes: { emulatePr: false } })
    await nexus.run({ cdb: hex('160000000000') })
    await nexus.run({ cdb: hex('5e000000000000000800'), readBytes: 8 })
    expect(device.handed.map(({ cdb }) => cdb)).toEqual(['160000000000', '5e000000000000000800'])
  })

  it('is REQUEST SENSE where an attention waits here', async () => {
    const { device, test } = passed()
    const fresh = test.nexus('b', { fresh: true })
    const waiting = await fresh.run({ cdb: hex('030000001200'), readBytes: 18 })
    expect(waiting.sent.subarray(12, 14).toString('hex')).toBe('2900')
    device.answers.push({ data: '7000000000' })
    expect((await fresh.run({ cdb: hex('030000001200'), readBytes: 18 })).sent.toString('hex')).toBe('7000000000')
  })
})

describe('a unit attention of a passed-through device', () => {
  it('is told to every initiator', async () => {
    const { device, nexus, test } = passed(5)
    const other = test.nexus('b')
    device.handed.length = 0
    device.answers.push({ status: Status.checkCondition, sense: '700006000000000a00000000280000000000' })
    const codes = [
      senseOf(await nexus.run({ cdb: hex('000000000000') })).code,
      senseOf(await other.run({ cdb: hex('000000000000') })).code,
    ]
    expect(codes).toEqual(Array(2).fill(Sense.notReadyToReadyChangeMediumMayHaveChanged))
    expect([(await other.run({ cdb: hex('000000000000') })).ending, device.handed.length]).toEqual([Status.good, 2])
  })
})

describe('a passed-through device that may not be written', () => {
  it.each([
    ['a disk', 0, '2a000000000000000100'],
    ['a disk', 0, '040000000000'],
    ['a tape', 1, '0a0000020000'],
    ['a tape', 1, '100000000100'],
    ['a CD', 5, 'a10000000000000000000000'],
  ])('refuses what changes the medium of %s', async (_what, type, cdb) => {
    const { device, nexus } = passed(type, READ_ONLY)
    const hasData = ['2a', '0a'].includes(cdb.slice(0, 2))
    const task = await nexus.run({ cdb: hex(cdb), ...(hasData && { data: pattern(512) }) })
    expect([senseOf(task).code, device.handed]).toEqual([Sense.writeProtected, []])
  })

  it.each([
    ['a REWIND of a tape', 1, '010000000000'],
    ['a SYNCHRONIZE CACHE', 0, '35000000000000000000'],
    ['READ CAPACITY (16)', 0, '9e100000000000000000000000000000'],
  ])('has %s done', async (_what, type, cdb) => {
    const { device, nexus } = passed(type, READ_ONLY)
    expect([(await nexus.run({ cdb: hex(cdb) })).ending, device.handed.length]).toEqual([Status.good, 1])
  })

  it.each([
    ['1a003f000400', '03008000'],
    ['5a003f00000000000800', '0006008000000000'],
  ])('says so by WP in MODE SENSE %s', async (cdb, expected) => {
    const { device, nexus } = passed(0, READ_ONLY)
    device.answers.push({ data: cdb.startsWith('1a') ? '03000000' : '0006000000000000' })
    expect((await nexus.run({ cdb: hex(cdb), readBytes: 8 })).sent.toString('hex')).toBe(expected)
  })

  it('has the mode data of its device untouched where it may be written', async () => {
    const { device, nexus } = passed()
    device.answers.push({ data: '03000000' })
    expect((await nexus.run({ cdb: hex('1a003f000400'), readBytes: 4 })).sent.toString('hex')).toBe('03000000')
  })
})
