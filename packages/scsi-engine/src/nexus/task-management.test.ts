import { Sense } from '@lunkit/scsi'
import { Status, TaskManagementResponse } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { STORE_RETURN_MS } from '../limits.ts'
import { blockCommandBytes } from '../testing/commands.ts'
import { ControlledStore } from '../testing/controlled-store.ts'
import { hex, senseOf, settled, TestDevice, type TestDeviceOptions, TestNexus } from '../testing/device.ts'
import type { FakeTask } from '../testing/fake-task.ts'
import type { ITNexus } from './it-nexus.ts'

const BLOCK = 512
const OTHER = 'iqn.2026-11.io.lunkit:other'
const { complete, succeeded, rejected, incorrectLun, taskDoesNotExist } = TaskManagementResponse
const testUnitReady = { cdb: hex('00 00 00 00 00 00') }
const reserve = { cdb: hex('16 00 00 00 00 00') }

const write = (nexus: TestNexus, lba: number): FakeTask =>
  nexus.submit({ cdb: hex(`2A 00 ${lba.toString(16).padStart(8, '0')} 00 0001 00`), data: Buffer.alloc(BLOCK, 1) })

/** Two nexuses with one write each that the store holds back. */
function writing(options?: TestDeviceOptions) {
  const device = new TestDevice(options)
  const a = device.nexus('a')
  const b = device.nexus('b')
  device.store.held = true
  return { device, a, b, ofA: write(a, 0), ofB: write(b, 8) }
}

const attention = (nexus: TestNexus) => {
  const task = nexus.submit(testUnitReady)
  return task.sense && senseOf(task).code
}

describe('ABORT TASK', () => {
  it('ends the task silently, and is complete only when the store has returned', async () => {
    const { device, a, ofA, ofB } = writing()
    let response: string | undefined
    void a.manage('abortTask', { tag: ofA.tag }).then(answer => (response = answer))
    expect(ofA.ending).toBe('silently')
    await settled()
    expect(response).toBeUndefined()
    device.store.complete()
    await settled()
    expect(response).toBe(complete)
    device.store.completeAll()
    expect(ofB.ending).toBe(Status.good)
  })

  it('of a task that is not there, or of another nexus, says so', async () => {
    const { device, a, ofB } = writing()
    expect(await a.manage('abortTask', { tag: 4711 })).toBe(taskDoesNotExist)
    expect(await a.manage('abortTask', { tag: ofB.tag })).toBe(taskDoesNotExist)
    device.store.completeAll()
  })

  it('of a task that was aborted already finds none', async () => {
    const { device, a, ofA } = writing()
    const first = a.manage('abortTask', { tag: ofA.tag })
    const second = a.manage('abortTask', { tag: ofA.tag })
    device.store.completeAll()
    expect([await first, await second]).toEqual([complete, taskDoesNotExist])
  })

  it('of a task that waits for its data is complete at once', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    const task = nexus.submit({ cdb: hex('2A 00 00000000 00 0001 00'), data: Buffer.alloc(BLOCK), slow: true })
    expect(await nexus.manage('abortTask', { tag: task.tag })).toBe(complete)
    expect(device.store.done).toEqual([])
  })

  it('of a task that waits for another one leaves the other alone', async () => {
    const { device, b, ofA, ofB } = writing()
    const dormant = write(b, 0)
    expect(await b.manage('abortTask', { tag: dormant.tag })).toBe(complete)
    expect(dormant.ending).toBe('silently')
    device.store.completeAll()
    expect([ofA.ending, ofB.ending]).toEqual([Status.good, Status.good])
  })
})

describe('ABORT TASK SET', () => {
  it('ends the tasks of its own nexus only, silently', async () => {
    const { device, a, ofA, ofB } = writing()
    const response = a.manage('abortTaskSet')
    device.store.completeAll()
    expect(await response).toBe(complete)
    expect([ofA.ending, ofB.ending]).toEqual(['silently', Status.good])
  })
})

describe('CLEAR TASK SET', () => {
  it('ends the tasks of others with TASK ABORTED where TAS says so', async () => {
    const { device, a, b, ofA, ofB } = writing()
    const response = a.manage('clearTaskSet')
    device.store.completeAll()
    expect(await response).toBe(complete)
    expect([ofA.ending, ofB.ending]).toEqual(['silently', Status.taskAborted])
    expect(attention(b)).toBeUndefined()
  })

  it('without TAS ends them silently and tells their nexus: 2F/00', async () => {
    const { device, a, b, ofB } = writing({ attributes: { emulateTas: false } })
    const idle = device.nexus('idle')
    const response = a.manage('clearTaskSet')
    device.store.completeAll()
    await response
    expect(ofB.ending).toBe('silently')
    expect(attention(b)).toEqual({ key: 0x6, asc: 0x2f, ascq: 0x00 })
    expect(attention(a)).toBeUndefined()
    expect(attention(idle)).toBeUndefined()
  })
})

describe('LOGICAL UNIT RESET', () => {
  it('ends all tasks, releases the reservation, and tells every nexus: 29/03', async () => {
    const device = new TestDevice()
    const a = device.nexus('a')
    const b = device.nexus('b')
    a.submit(reserve)
    device.store.held = true
    const ofA = write(a, 0)
    const response = b.manage('logicalUnitReset')
    expect(ofA.ending).toBe(Status.taskAborted)
    device.store.completeAll()
    expect(await response).toBe(complete)
    for (const nexus of [a, b]) expect(attention(nexus)).toEqual({ key: 0x6, asc: 0x29, ascq: 0x03 })
    expect(b.submit(testUnitReady).ending).toBe(Status.good)
  })

  it('brings the default mode parameters back', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    const [itNexus] = device.group.nexuses
    device.unit.changeMode({ softwareWriteProtect: true, descriptorSense: true }, itNexus as ITNexus)
    await nexus.manage('logicalUnitReset')
    expect(device.unit.mode).toEqual({ softwareWriteProtect: false, descriptorSense: false })
  })

  it('waits also for what an earlier abort has not seen the end of', async () => {
    const { device, a, ofA } = writing()
    void a.manage('abortTask', { tag: ofA.tag })
    let response: string | undefined
    void a.manage('logicalUnitReset').then(answer => (response = answer))
    device.store.complete(device.store.underWay[1])
    await settled()
    expect(response).toBeUndefined()
    device.store.complete()
    await settled()
    expect(response).toBe(complete)
  })
})

describe('a target reset', () => {
  const resets = [
    ['targetWarmReset', { key: 0x6, asc: 0x29, ascq: 0x03 }],
    ['targetColdReset', { key: 0x6, asc: 0x29, ascq: 0x00 }],
  ] as const
  it.each(resets)('(%s) resets every unit of the target', async (name, code) => {
    const device = new TestDevice()
    const more = device.device.addUnit(new ControlledStore({ name: 'disk1' }))
    device.group.mapLuns(undefined, [
      { lun: 0, unit: device.unit },
      { lun: 1, unit: more },
    ])
    let ended = 0
    const a = device.nexus('a')
    const b = device.nexus('b', { listener: { reset: () => ended++ } })
    for (let i = 0; i < 2; i++) for (const nexus of [a, b]) nexus.submit({ ...testUnitReady, lun: 1 })
    b.submit({ ...reserve, lun: 1 })
    expect(await a.manage(name)).toBe(complete)
    for (const nexus of [a, b])
      for (const lun of [0, 1]) expect(senseOf(nexus.submit({ ...testUnitReady, lun })).code).toEqual(code)
    expect(a.submit({ ...testUnitReady, lun: 1 }).ending).toBe(Status.good)
    expect(ended).toBe(name === 'targetColdReset' ? 1 : 0)
  })
})

describe('a target reset of one of two targets', () => {
  it('reaches a unit that only another initiator sees, and no unit of the other target', async () => {
    const device = new TestDevice()
    const hidden = device.device.addUnit(new ControlledStore({ name: 'hidden' }))
    device.group.mapLuns('iqn.2026-11.example:b', [{ lun: 0, unit: hidden }])
    const other = device.device.portGroup({ targetName: OTHER, tag: 1, relativePortId: 2 })
    const elsewhere = device.device.addUnit(new ControlledStore({ name: 'elsewhere' }))
    other.mapLuns(undefined, [{ lun: 0, unit: elsewhere }])
    let told = 0
    const name = { initiatorName: 'iqn.2026-11.example:c', isid: 1, targetName: OTHER, targetPortalGroupTag: 1 }
    const c = new TestNexus(device, other.open(name, { reset: () => told++ }))
    const [a, b] = [device.nexus('a'), device.nexus('b')]
    c.submit(testUnitReady)
    expect(await a.manage('targetColdReset')).toBe(complete)
    expect(attention(b)).toEqual({ key: 0x6, asc: 0x29, ascq: 0x00 })
    expect([c.submit(testUnitReady).ending, told]).toEqual([Status.good, 0])
  })

  it('tells the nexus that asked nothing but its response', async () => {
    let told = 0
    const nexus = new TestDevice().nexus('a', { listener: { reset: () => told++ } })
    expect(await nexus.manage('targetColdReset')).toBe(complete)
    expect(told).toBe(0)
  })
})

describe('I_T NEXUS RESET', () => {
  it('is a nexus loss without the end of the session', async () => {
    const { device, a, b, ofA, ofB } = writing()
    device.unit.reservation.clear()
    const response = a.manage('iTNexusReset')
    device.store.completeAll()
    expect(await response).toBe(complete)
    expect([ofA.ending, ofB.ending]).toEqual(['silently', Status.good])
    expect(attention(a)).toEqual({ key: 0x6, asc: 0x29, ascq: 0x07 })
    expect(attention(b)).toBeUndefined()
  })
})

describe('queries', () => {
  it('find what is there', async () => {
    const { device, a, b, ofA } = writing()
    expect(await a.manage('queryTask', { tag: ofA.tag })).toBe(succeeded)
    expect(await b.manage('queryTask', { tag: ofA.tag })).toBe(complete)
    expect(await a.manage('queryTaskSet')).toBe(succeeded)
    device.store.completeAll()
    expect(await a.manage('queryTaskSet')).toBe(complete)
    expect(await a.manage('queryAsyncEvent')).toBe(complete)
    device.store.say({ kind: 'resized' })
    expect(await a.manage('queryAsyncEvent')).toBe(succeeded)
  })
})

describe('a task management function', () => {
  it('that clears an ACA condition is rejected: there is none', async () => {
    expect(await new TestDevice().nexus().manage('clearAca')).toBe(rejected)
  })

  it('that there is none of is rejected', async () => {
    const { nexus } = new TestDevice().nexus()
    const response = await new Promise(done => nexus.manage({ function: 99 as never, lun: 0, done }))
    expect(response).toBe(rejected)
  })

  it('of a unit that is not there names an incorrect LUN', async () => {
    const nexus = new TestDevice().nexus()
    for (const name of ['abortTask', 'abortTaskSet', 'logicalUnitReset', 'queryTask'] as const)
      expect(await nexus.manage(name, { lun: 7, tag: 1 })).toBe(incorrectLun)
  })
})

describe('a store that does not return', () => {
  it('quarantines its unit after a while, and is waited for no longer', async () => {
    const { device, a, b, ofA } = writing()
    device.store.complete(device.store.underWay[1])
    const response = a.manage('abortTask', { tag: ofA.tag })
    device.clock.advance(STORE_RETURN_MS)
    expect(await response).toBe(complete)
    expect(senseOf(b.submit(testUnitReady)).code).toEqual({ key: 0x2, asc: 0x04, ascq: 0x00 })
    expect(device.slab.takenBytes).toBeGreaterThan(0)
    device.store.completeAll()
    expect(attention(b)).toEqual(Sense.notReadyToReadyChangeMediumMayHaveChanged)
    expect(b.submit(testUnitReady).ending).toBe(Status.good)
  })

  it('does not quarantine its unit a moment before', async () => {
    const { device, a, b, ofA } = writing()
    device.store.complete(device.store.underWay[1])
    const response = a.manage('abortTask', { tag: ofA.tag })
    device.clock.advance(29_999)
    expect(b.submit(testUnitReady).ending).toBe(Status.good)
    device.store.completeAll()
    expect(await response).toBe(complete)
    device.clock.advance(1)
    expect(b.submit(testUnitReady).ending).toBe(Status.good)
  })

  it('with several operations is told of once, and ready again when the last of them has returned', async () => {
    const events: string[] = []
    const { device, a, b } = writing({ listener: ({ kind }) => events.push(kind) })
    const responses = [a.manage('logicalUnitReset')]
    device.clock.advance(STORE_RETURN_MS)
    expect(await Promise.all(responses)).toEqual([complete])
    expect(events).toEqual(['quarantined'])
    device.store.complete()
    expect(events).toEqual(['quarantined'])
    // The reset comes first, and says all that a medium that may have changed would.
    expect(attention(b)).toEqual(Sense.busDeviceResetFunctionOccurred)
    expect(attention(b)).toEqual(Sense.logicalUnitNotReadyCauseNotReportable)
    device.store.complete()
    expect(events).toEqual(['quarantined', 'returned'])
    expect(attention(b)).toEqual(Sense.notReadyToReadyChangeMediumMayHaveChanged)
  })

  it('has whatever waits for its blocks refused once its unit is quarantined, and whatever comes for them', async () => {
    const { device, a, b, ofA } = writing()
    device.store.complete(device.store.underWay[1])
    const waiting = b.submit(blockCommandBytes.read(0, 1))
    const response = a.manage('abortTask', { tag: ofA.tag })
    expect(waiting.ending).toBeUndefined()
    device.clock.advance(STORE_RETURN_MS)
    await response
    const notReady = { key: 0x2, asc: 0x04, ascq: 0x00 }
    expect(senseOf(waiting).code).toEqual(notReady)
    expect(senseOf(b.submit(blockCommandBytes.read(0, 1))).code).toEqual(notReady)
    device.store.completeAll()
    expect(device.slab.takenBytes).toBe(0)
  })
})
