import { Sense, type SenseCode } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { ControlledStore } from '../testing/controlled-store.ts'
import { hex, senseOf, settled, TestDevice, type TestNexus } from '../testing/device.ts'

const B = 'iqn.2026-11.example:b'
const testUnitReady = { cdb: hex('00 00 00 00 00 00') }
const reserve = { cdb: hex('16 00 00 00 00 00') }
const writeAt = (lba: number, lun = 0) => ({
  lun,
  cdb: hex(`2A 00 000000${lba.toString(16).padStart(2, '0')} 00 0001 00`),
  data: Buffer.alloc(512, 1),
})

/** What TEST UNIT READY reports until it reports nothing any more. */
function reported(nexus: TestNexus, lun = 0): SenseCode[] {
  const codes: SenseCode[] = []
  for (;;) {
    const task = nexus.submit({ ...testUnitReady, lun })
    if (task.ending === Status.good) return codes
    codes.push(senseOf(task).code)
  }
}

/** A device with a second unit, which nobody sees yet, and with the initiator b, which has a map of its own. */
function setUp() {
  const device = new TestDevice()
  const { group } = device
  const more = device.device.addUnit(new ControlledStore({ name: 'disk1' }))
  group.mapLuns(B, [{ lun: 0, unit: device.unit }])
  return { device, group, unit: device.unit, more, a: device.nexus('a'), b: device.nexus('b') }
}

describe('one number that is mapped', () => {
  it('is seen by those that the map is for, who are told (3F/0E) on every unit', () => {
    const { group, more, a, b } = setUp()
    group.mapLun(undefined, { lun: 5, unit: more })
    expect(reported(a)).toEqual([{ key: 0x6, asc: 0x3f, ascq: 0x0e }])
    expect(reported(a, 5)).toEqual([Sense.powerOnResetOrBusDeviceResetOccurred, Sense.reportedLunsDataHasChanged])
    expect(reported(b)).toEqual([])
    expect(senseOf(b.submit({ ...testUnitReady, lun: 5 })).code).toEqual({ key: 0x5, asc: 0x25, ascq: 0x00 })
  })

  it('stands in REPORT LUNS in its order', () => {
    const { group, more, a } = setUp()
    for (const lun of [7, 3]) group.mapLun(undefined, { lun, unit: more })
    const task = a.submit({ cdb: hex('A0 00 00 00 00 00 00 00 00 40 00 00'), readBytes: 64 })
    expect(task.sent.toString('hex')).toBe('0000001800000000000000000000000000030000000000000007000000000000')
  })

  it('takes the place of the unit that was there, which the nexus holds no more', () => {
    const { group, more, a, b } = setUp()
    a.submit(reserve)
    group.mapLun(undefined, { lun: 0, unit: more })
    expect(b.submit(testUnitReady).ending).toBe(Status.good)
    expect(reported(a)).toEqual([Sense.powerOnResetOrBusDeviceResetOccurred, Sense.reportedLunsDataHasChanged])
  })

  it('says nothing where it was mapped so before', () => {
    const { group, unit, a } = setUp()
    group.mapLun(undefined, { lun: 0, unit })
    expect(reported(a)).toEqual([])
  })

  it('that is write protected from now on refuses also a write that waits, and says so by 2A/01', () => {
    const { device, group, unit, a } = setUp()
    device.store.held = true
    const [writing, waiting] = [a.submit(writeAt(0)), a.submit(writeAt(0))]
    group.mapLun(undefined, { lun: 0, unit, writeProtected: true })
    expect(senseOf(a.submit(testUnitReady)).code).toEqual({ key: 0x6, asc: 0x2a, ascq: 0x01 })
    device.store.complete()
    expect(writing.ending).toBe(Status.good)
    expect(senseOf(waiting).code).toEqual({ key: 0x7, asc: 0x27, ascq: 0x00 })
  })

  it('needs a map: an initiator that has none of its own is refused, and one whose map is empty is not', () => {
    const { group, unit, a } = setUp()
    const map = () => group.mapLun('iqn.2026-11.example:a', { lun: 1, unit })
    expect(map).toThrow('iqn.2026-11.example:a has no LUN map of its own; right is one that mapLuns() has made')
    group.mapLuns('iqn.2026-11.example:a', [])
    map()
    expect(senseOf(a.submit({ ...testUnitReady, lun: 1 })).code).toEqual(Sense.reportedLunsDataHasChanged)
  })
})

describe('one number that is taken away', () => {
  it('ends the tasks there with 25/00 when the store has returned, and resolves then', async () => {
    const { device, group, a } = setUp()
    device.store.held = true
    const [writing, waiting] = [a.submit(writeAt(0)), a.submit(writeAt(0))]
    let done = false
    void group.unmapLun(undefined, 0).then(() => (done = true))
    expect(senseOf(waiting).code).toEqual({ key: 0x5, asc: 0x25, ascq: 0x00 })
    await settled()
    expect([writing.ending, done]).toEqual([undefined, false])
    device.store.complete()
    expect(senseOf(writing).code).toEqual({ key: 0x5, asc: 0x25, ascq: 0x00 })
    await settled()
    expect(done).toBe(true)
  })

  it('lets the tasks of others run on, and those at another number of the unit', async () => {
    const { device, group, unit, a, b } = setUp()
    group.mapLun(undefined, { lun: 1, unit })
    reported(a)
    device.store.held = true
    const [gone, stays, other] = [a.submit(writeAt(0)), a.submit(writeAt(1, 1)), b.submit(writeAt(2))]
    const done = group.unmapLun(undefined, 0)
    device.store.completeAll()
    await done
    expect([gone.ending, stays.ending, other.ending]).toEqual([Status.checkCondition, Status.good, Status.good])
  })

  it('gives back the data of a write that comes later, and what a read waits to send', async () => {
    const { device, group, a } = setUp()
    const reading = a.submit({ cdb: hex('28 00 00000004 00 0001 00'), readBytes: 512, slow: true })
    const asking = a.submit({ ...writeAt(8), slow: true })
    // The first of two pieces is with the store while the second is on its way.
    device.store.held = true
    const data = Buffer.alloc(512 * 1024)
    const long = a.submit({ cdb: hex('2A 00 00000020 00 0400 00'), data, slow: true })
    long.deliver()
    const done = group.unmapLun(undefined, 0)
    expect(long.ending).toBeUndefined()
    long.deliver()
    device.store.completeAll()
    await done
    for (const task of [reading, asking, long]) expect(senseOf(task).code).toEqual(Sense.logicalUnitNotSupported)
    expect(device.store.done).toHaveLength(1)
  })

  it('is told of (3F/0E), and frees a reservation only where it was the last number of the unit', async () => {
    const { group, unit, a, b } = setUp()
    group.mapLun(undefined, { lun: 1, unit })
    reported(a)
    a.submit(reserve)
    await group.unmapLun(undefined, 0)
    expect(b.submit(testUnitReady).ending).toBe(Status.reservationConflict)
    expect(reported(a, 1)).toEqual([Sense.reportedLunsDataHasChanged])
    await group.unmapLun(undefined, 1)
    expect(b.submit(testUnitReady).ending).toBe(Status.good)
  })

  it('must have been mapped, in a map that there is', () => {
    const { group } = setUp()
    expect(() => group.unmapLun(undefined, 1)).toThrow('the default map: LUN 1 is not mapped')
    expect(() => group.unmapLun('iqn.2026-11.example:c', 0)).toThrow(/has no LUN map of its own/)
  })
})

describe('a unit of one group among several', () => {
  it('is removed without a word to the nexuses of other groups, or of other maps', async () => {
    const { device, group, more, a, b } = setUp()
    group.mapLun(B, { lun: 1, unit: more })
    reported(b)
    await device.device.removeUnit(more)
    expect([reported(a), reported(b)]).toEqual([[], [Sense.reportedLunsDataHasChanged]])
    expect([...group.units()]).toEqual([device.unit])
  })

  it('is seen through a group as long as one map has it', async () => {
    const { device, group, unit, more } = setUp()
    await group.unmapLun(undefined, 0)
    expect([...group.units()]).toEqual([unit])
    group.mapLuns(B, [{ lun: 0, unit: more }])
    expect([...group.units()]).toEqual([more])
    group.mapLuns(B, undefined)
    expect([...group.units()]).toEqual([])
    expect([...device.device.units]).toEqual([unit, more])
  })
})
