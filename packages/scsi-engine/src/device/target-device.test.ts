import { Sense } from '@lunkit/scsi'
import { SpecialLun, Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { ControlledStore } from '../testing/controlled-store.ts'
import { hex, senseOf, settled, TestDevice } from '../testing/device.ts'

const BLOCK = 512
const inquiry = { cdb: hex('12 00 00 00 24 00'), readBytes: 36 }
const reportLuns = { cdb: hex('A0 00 00 00 00 00 00 00 00 40 00 00'), readBytes: 64 }
const testUnitReady = { cdb: hex('00 00 00 00 00 00') }
const write = { cdb: hex('2A 00 00000000 00 0001 00'), data: Buffer.alloc(BLOCK, 1) }

describe('a number without a unit', () => {
  it('says in INQUIRY that there can be none (qualifier 3, type 1Fh)', async () => {
    const task = await new TestDevice().nexus().run({ ...inquiry, lun: 7 })
    expect(task.ending).toBe(Status.good)
    expect(task.sent[0]).toBe(0x7f)
  })

  it('ends every other command with 25/00, without a unit attention first', () => {
    const nexus = new TestDevice().nexus('a', { fresh: true })
    for (const lun of [7, SpecialLun.unaddressable])
      expect(senseOf(nexus.submit({ ...testUnitReady, lun })).code).toEqual({ key: 0x5, asc: 0x25, ascq: 0x00 })
    expect(senseOf(nexus.submit({ ...reportLuns, lun: 7 })).code).toEqual(Sense.logicalUnitNotSupported)
  })

  it('0 answers REPORT LUNS also where nothing is mapped there', async () => {
    const device = new TestDevice()
    device.group.mapLuns(undefined, [{ lun: 3, unit: device.unit }])
    const nexus = device.nexus('a', { fresh: true })
    const task = await nexus.run({ ...reportLuns, lun: 0 })
    expect(task.sent.toString('hex')).toBe(`0000000800000000${'0003000000000000'}`)
    expect(senseOf(nexus.submit(testUnitReady)).code).toEqual(Sense.logicalUnitNotSupported)
  })
})

describe('the REPORT LUNS well-known logical unit', () => {
  it('answers REPORT LUNS and TEST UNIT READY', async () => {
    const nexus = new TestDevice().nexus('a', { fresh: true })
    const lun = SpecialLun.reportLuns
    expect((await nexus.run({ ...reportLuns, lun })).sent.toString('hex')).toBe('00000008000000000000000000000000')
    expect(senseOf(await nexus.run({ ...testUnitReady, lun })).code).toEqual(Sense.powerOnResetOrBusDeviceResetOccurred)
    expect((await nexus.run({ ...testUnitReady, lun })).ending).toBe(Status.good)
    expect(senseOf(await nexus.run({ ...write, lun })).code).toEqual(Sense.invalidCommandOperationCode)
  })
})

describe('a store that holds no block', () => {
  it.each([
    [2048, 4096],
    [4095, 4096],
    [1024, 2048],
    [511, 512],
    [0, 512],
  ])('is no unit: %i bytes with blocks of %i', (sizeBytes, blockSizeBytes) => {
    const add = () => new TestDevice({ store: { sizeBytes }, attributes: { blockSizeBytes } })
    expect(add).toThrow(`disk0: its ${sizeBytes} bytes hold no block of ${blockSizeBytes} bytes`)
  })

  it('becomes one where a block fits, and says what fits', async () => {
    const device = new TestDevice({ store: { sizeBytes: 6144 }, attributes: { blockSizeBytes: 4096 } })
    const capacity = { cdb: hex('25 00 00000000 0000 00 00'), readBytes: 8 }
    expect((await device.nexus().run(capacity)).sent.toString('hex')).toBe('0000000000001000')
  })
})

describe('removing a unit', () => {
  it('ends its tasks with 25/00 and resolves when the store has returned', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.held = true
    const writing = nexus.submit(write)
    const waiting = nexus.submit(write)
    const asking = nexus.submit({ cdb: hex('2A 00 00000010 00 0001 00'), data: Buffer.alloc(BLOCK), slow: true })
    let removed = false
    void device.device.removeUnit(device.unit).then(() => (removed = true))
    for (const task of [writing, waiting, asking])
      expect(senseOf(task).code).toEqual({ key: 0x5, asc: 0x25, ascq: 0x00 })
    expect(senseOf(nexus.submit(testUnitReady)).code).toEqual(Sense.logicalUnitNotSupported)
    await settled()
    expect(removed).toBe(false)
    device.store.complete()
    await settled()
    expect(removed).toBe(true)
  })

  it('leaves other units alone', async () => {
    const device = new TestDevice()
    const store = new ControlledStore({ name: 'disk1' })
    const more = device.device.addUnit(store)
    device.group.mapLuns(undefined, [
      { lun: 0, unit: device.unit },
      { lun: 1, unit: more },
    ])
    const nexus = device.nexus()
    nexus.submit({ ...testUnitReady, lun: 1 })
    store.held = true
    const task = nexus.submit({ ...write, lun: 1 })
    await device.device.removeUnit(device.unit)
    store.complete()
    expect(task.ending).toBe(Status.good)
  })

  it('makes it unknown to LUN maps', async () => {
    const device = new TestDevice()
    await device.device.removeUnit(device.unit)
    expect(() => device.group.mapLuns(undefined, [{ lun: 0, unit: device.unit }])).toThrow(/not in this device/)
  })
})

describe('a target port', () => {
  it('has a relative identifier of its own', () => {
    const { device } = new TestDevice()
    expect(() => device.portGroup({ targetName: 'iqn.2026-11.io.lunkit:other', tag: 1, relativePortId: 1 })).toThrow(
      /belongs to iqn\.2026-11\.io\.lunkit:test already/,
    )
    expect(() => device.portGroup({ targetName: 'iqn.2026-11.io.lunkit:other', tag: 1, relativePortId: 0 })).toThrow(
      RangeError,
    )
  })

  it('is not removed under an open nexus', () => {
    const device = new TestDevice()
    device.nexus()
    expect(() => device.device.removePortGroup(device.group)).toThrow(/is open/)
  })
})

describe('attributes', () => {
  const wrong = [
    ['a block size that no unit has', { blockSizeBytes: 520 }, {}],
    ['UNMAP on a store that cannot discard', { emulateTpu: true }, { discard: false }],
    [
      'LBPRZ on a store whose discarded space reads as anything',
      { unmapZeroesData: true },
      { discardsToZeroes: false },
    ],
    ['no queue', { queueDepth: 0 }, {}],
  ] as const
  it.each(wrong)('are refused: %s', (_name, attributes, features) => {
    expect(() => new TestDevice({ attributes, store: { features } })).toThrow(RangeError)
  })
})

describe('a unit that is given no serial number', () => {
  it('gets a random UUID of its own, however equal the stores are', () => {
    const serials = ['disk0', 'disk0', 'disk1'].map(name => new TestDevice({ store: { name } }).unit.identity.serial)
    expect(new Set(serials).size).toBe(3)
    for (const serial of serials)
      expect(serial).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})
