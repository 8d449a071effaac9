import { Sense, type SenseCode } from '@lunkit/scsi'
import { NexusEnd, Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { REMEMBERED_NEXUSES } from '../limits.ts'
import { ControlledStore } from '../testing/controlled-store.ts'
import { hex, senseOf, TestDevice, type TestNexus } from '../testing/device.ts'

const BLOCK = 512
const testUnitReady = { cdb: hex('00 00 00 00 00 00') }
const write = { cdb: hex('2A 00 00000000 00 0001 00'), data: Buffer.alloc(BLOCK, 1) }

/** What TEST UNIT READY reports until it reports nothing any more. */
function reported(nexus: TestNexus, lun = 0): SenseCode[] {
  const codes: SenseCode[] = []
  for (;;) {
    const task = nexus.submit({ ...testUnitReady, lun })
    if (task.ending === Status.good) return codes
    codes.push(senseOf(task).code)
  }
}

const closed = (nexus: TestNexus): Promise<void> =>
  new Promise(resolve => nexus.nexus.close(NexusEnd.lost, () => resolve()))

describe('a unit attention', () => {
  it('waits for every nexus after start: 29/00, told once', () => {
    const device = new TestDevice()
    for (const name of ['a', 'b'])
      expect(reported(device.nexus(name, { fresh: true }))).toEqual([{ key: 0x6, asc: 0x29, ascq: 0x00 }])
  })

  it('is told by whatever command comes first, also by one that does not exist', () => {
    const nexus = new TestDevice().nexus('a', { fresh: true })
    const task = nexus.submit({ cdb: hex('FF 00 00 00 00 00') })
    expect(senseOf(task).code).toEqual({ key: 0x6, asc: 0x29, ascq: 0x00 })
    expect(senseOf(nexus.submit({ cdb: hex('FF 00 00 00 00 00') })).code).toEqual({ key: 0x5, asc: 0x20, ascq: 0x00 })
  })

  it('lets INQUIRY pass and stays', () => {
    const nexus = new TestDevice().nexus('a', { fresh: true })
    expect(nexus.submit({ cdb: hex('12 00 00 00 24 00'), readBytes: 36 }).ending).toBe(Status.good)
    expect(reported(nexus)).toEqual([Sense.powerOnResetOrBusDeviceResetOccurred])
  })

  it('takes no data of the command that it ends', () => {
    const device = new TestDevice()
    const task = device.nexus('a', { fresh: true }).submit(write)
    expect(task.ending).toBe(Status.checkCondition)
    expect(task.expectedBytes).toBe(0)
    expect(device.store.done).toEqual([])
  })

  it('of nexus loss waits for a nexus that comes back: 29/07', async () => {
    const device = new TestDevice()
    await closed(device.nexus('a'))
    expect(reported(device.nexus('a', { fresh: true }))).toEqual([{ key: 0x6, asc: 0x29, ascq: 0x07 }])
  })

  it('of nexus loss says nothing that a power-on that was never told does not say', async () => {
    const device = new TestDevice()
    await closed(device.nexus('a', { fresh: true }))
    expect(reported(device.nexus('a', { fresh: true }))).toEqual([Sense.powerOnResetOrBusDeviceResetOccurred])
  })

  it('outlives the session, and what was established meanwhile follows', async () => {
    const device = new TestDevice()
    await closed(device.nexus('a'))
    device.store.say({ kind: 'resized' })
    expect(reported(device.nexus('a', { fresh: true }))).toEqual([
      Sense.iTNexusLossOccurred,
      Sense.capacityDataHasChanged,
    ])
  })

  it('of one kind waits once', () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.say({ kind: 'resized' })
    device.store.say({ kind: 'resized' })
    expect(reported(nexus)).toEqual([{ key: 0x6, asc: 0x2a, ascq: 0x09 }])
  })

  it('of a closed nexus is forgotten after many others, and 29/00 takes its place', async () => {
    const device = new TestDevice()
    await closed(device.nexus('a'))
    for (let i = 0; i < REMEMBERED_NEXUSES; i++) await closed(device.nexus(`n${i}`))
    expect(device.unit.attentions.known).toBe(REMEMBERED_NEXUSES)
    expect(reported(device.nexus('a', { fresh: true }))).toEqual([Sense.powerOnResetOrBusDeviceResetOccurred])
  })
})

describe('a LUN map that changes', () => {
  it('tells those that see it, on every unit (3F/0E) and through their transport', () => {
    const device = new TestDevice()
    let told = 0
    const nexus = device.nexus('a', { listener: { lunsChanged: () => told++ } })
    const more = device.device.addUnit(new ControlledStore({ name: 'disk1' }))
    device.group.mapLuns(undefined, [
      { lun: 0, unit: device.unit },
      { lun: 5, unit: more },
    ])
    expect(told).toBe(1)
    expect(reported(nexus)).toEqual([{ key: 0x6, asc: 0x3f, ascq: 0x0e }])
    expect(reported(nexus, 5)).toEqual([Sense.powerOnResetOrBusDeviceResetOccurred, Sense.reportedLunsDataHasChanged])
  })

  it('is no news any more on any unit after REPORT LUNS', () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    const more = device.device.addUnit(new ControlledStore({ name: 'disk1' }))
    device.group.mapLuns(undefined, [
      { lun: 0, unit: device.unit },
      { lun: 5, unit: more },
    ])
    nexus.submit({ cdb: hex('A0 00 00 00 00 00 00 00 00 10 00 00'), readBytes: 16 })
    expect(reported(nexus)).toEqual([])
    expect(reported(nexus, 5)).toEqual([Sense.powerOnResetOrBusDeviceResetOccurred])
  })

  it('says nothing to those whose map stays as it is', () => {
    const device = new TestDevice()
    const nexus = device.nexus('a')
    device.group.mapLuns('iqn.2026-11.example:b', [])
    expect(reported(nexus)).toEqual([])
  })

  it('gives an initiator of its own map that map only', () => {
    const device = new TestDevice()
    const own = device.device.addUnit(new ControlledStore({ name: 'disk1' }))
    device.group.mapLuns('iqn.2026-11.example:b', [{ lun: 3, unit: own }])
    const nexus = device.nexus('b', { fresh: true })
    expect(senseOf(nexus.submit({ ...testUnitReady, lun: 0 })).code).toEqual(Sense.logicalUnitNotSupported)
    expect(reported(nexus, 3)).toEqual([Sense.powerOnResetOrBusDeviceResetOccurred])
    device.group.mapLuns('iqn.2026-11.example:b', undefined)
    expect(reported(nexus, 0)).toEqual([Sense.powerOnResetOrBusDeviceResetOccurred, Sense.reportedLunsDataHasChanged])
  })

  it('tells of a write protection that came or went as of a mode parameter', () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.group.mapLuns(undefined, [{ lun: 0, unit: device.unit, writeProtected: true }])
    expect(reported(nexus)).toEqual([{ key: 0x6, asc: 0x2a, ascq: 0x01 }])
    expect(senseOf(nexus.submit(write)).code).toEqual({ key: 0x7, asc: 0x27, ascq: 0x00 })
  })

  it('takes a reservation from a nexus that does not see the unit any more', () => {
    const device = new TestDevice()
    const a = device.nexus('a')
    const b = device.nexus('b')
    expect(a.submit({ cdb: hex('16 00 00 00 00 00') }).ending).toBe(Status.good)
    expect(b.submit(testUnitReady).ending).toBe(Status.reservationConflict)
    device.group.mapLuns('iqn.2026-11.example:a', [])
    expect(b.submit(testUnitReady).ending).toBe(Status.good)
  })

  it('hides every unit where the map of all that have none of their own is taken away', () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.group.mapLuns(undefined, undefined)
    expect(senseOf(nexus.submit(testUnitReady)).code).toEqual(Sense.logicalUnitNotSupported)
  })

  it('lets a task that is under way run to its end', () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.held = true
    const task = nexus.submit(write)
    device.group.mapLuns(undefined, [])
    device.store.complete()
    expect(task.ending).toBe(Status.good)
  })

  it('finds each number up to 16383, and no other', () => {
    const device = new TestDevice()
    const numbers = [0, 255, 256, 300, 16_383]
    device.group.mapLuns(
      undefined,
      numbers.map(lun => ({ lun, unit: device.unit })),
    )
    const nexus = device.nexus()
    for (const lun of numbers) expect(nexus.submit({ ...testUnitReady, lun }).ending).toBe(Status.good)
    for (const lun of [1, 254, 301, 16_382, 16_384, 2 ** 24 - 1])
      expect(senseOf(nexus.submit({ ...testUnitReady, lun })).code).toEqual(Sense.logicalUnitNotSupported)
  })

  const wrong = [
    ['twice', [0, 0]],
    ['below 0', [-1]],
    ['that is no whole one', [1.5]],
    ['beyond 16383, which not every initiator could address', [16_384]],
  ] as const
  it.each(wrong)('is refused where it maps a number %s', (_name, luns) => {
    const device = new TestDevice()
    expect(() =>
      device.group.mapLuns(
        undefined,
        luns.map(lun => ({ lun, unit: device.unit })),
      ),
    ).toThrow(RangeError)
  })
})

describe('closing a nexus', () => {
  it('ends its tasks silently, and calls back only when the store has returned', async () => {
    const device = new TestDevice()
    const a = device.nexus('a')
    const b = device.nexus('b')
    device.store.held = true
    const writing = a.submit(write)
    const waiting = a.submit(write)
    const other = b.submit({ ...write, cdb: hex('2A 00 00000008 00 0001 00') })
    let ended = false
    a.nexus.close(NexusEnd.logout, () => {
      ended = true
    })
    expect([writing.ending, waiting.ending, other.ending]).toEqual(['silently', 'silently', undefined])
    expect(ended).toBe(false)
    device.store.complete()
    expect(ended).toBe(true)
    device.store.complete()
    expect(other.ending).toBe(Status.good)
  })

  it('calls back at once where nothing is under way', async () => {
    await expect(closed(new TestDevice().nexus())).resolves.toBeUndefined()
  })

  it('gives memory back that a read was waiting to send', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    nexus.submit({ cdb: hex('28 00 00000000 00 0001 00'), readBytes: BLOCK, slow: true })
    nexus.submit({ cdb: hex('12 00 00 00 24 00'), readBytes: 36, slow: true })
    nexus.submit({ ...write, slow: true })
    await closed(nexus)
    expect(device.slab.takenBytes).toBe(0)
  })

  it('takes its wish for memory back', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    const all = Array.from({ length: 16 }, () => device.slab.take(256 * 1024))
    nexus.submit({ cdb: hex('28 00 00000000 00 0001 00'), readBytes: BLOCK })
    expect(device.slab.waiting).toBe(1)
    await closed(nexus)
    expect(device.slab.waiting).toBe(0)
    for (const slot of all) slot?.release()
  })

  it('releases its reservation', async () => {
    const device = new TestDevice()
    const a = device.nexus('a')
    const b = device.nexus('b')
    a.submit({ cdb: hex('16 00 00 00 00 00') })
    expect(b.submit(testUnitReady).ending).toBe(Status.reservationConflict)
    await closed(a)
    expect(b.submit(testUnitReady).ending).toBe(Status.good)
  })

  it('whose connection is reinstated keeps what is its own, and tells of the commands that are gone (47/7F)', async () => {
    const device = new TestDevice()
    const a = device.nexus('a')
    const b = device.nexus('b')
    a.submit({ cdb: hex('16 00 00 00 00 00') })
    device.store.held = true
    const writing = a.submit(write)
    const over = new Promise<void>(resolve => a.nexus.close(NexusEnd.connectionReinstated, resolve))
    expect(writing.ending).toBe('silently')
    device.store.complete()
    await over
    const again = device.nexus('a', { fresh: true })
    const { code } = senseOf(again.submit(testUnitReady))
    expect(code).toEqual({ key: 0x6, asc: 0x47, ascq: 0x7f })
    expect(again.submit(testUnitReady).ending).toBe(Status.good)
    expect(b.submit(testUnitReady).ending).toBe(Status.reservationConflict)
  })

  it('whose connection is reinstated with nothing under way has nothing to tell', async () => {
    const device = new TestDevice()
    const a = device.nexus('a')
    await new Promise<void>(resolve => a.nexus.close(NexusEnd.connectionReinstated, resolve))
    expect(device.nexus('a', { fresh: true }).submit(testUnitReady).ending).toBe(Status.good)
  })

  it('lets no task begin any more: what comes late ends silently, and nothing is done', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    await closed(nexus)
    expect(nexus.submit(write).ending).toBe('silently')
    expect(device.store.done).toEqual([])
  })

  it('twice is a bug of its transport', async () => {
    const nexus = new TestDevice().nexus()
    await closed(nexus)
    expect(() => nexus.nexus.close(NexusEnd.lost, () => {})).toThrow(
      'nexus iqn.2026-11.example:a,i,0x800000000001 iqn.2026-11.io.lunkit:test,t,0x0001 was closed twice',
    )
  })

  it('lets a nexus of the same name open again, and not before', async () => {
    const device = new TestDevice()
    const nexus = device.nexus('a')
    expect(() => device.nexus('a')).toThrow(/open already/)
    await closed(nexus)
    device.nexus('a')
  })
})
