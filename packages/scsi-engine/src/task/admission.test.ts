import { Sense } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import type { ITNexus } from '../nexus/it-nexus.ts'
import { hex, senseOf, TestDevice, type TestNexus } from '../testing/device.ts'

const BLOCK = 512
const testUnitReady = { cdb: hex('00 00 00 00 00 00') }
const read = { cdb: hex('28 00 00000000 00 0001 00'), readBytes: BLOCK }
const write = { cdb: hex('2A 00 00000000 00 0001 00'), data: Buffer.alloc(BLOCK, 1) }
const reserve = { cdb: hex('16 00 00 00 00 00') }
const release = { cdb: hex('17 00 00 00 00 00') }
const code = (nexus: TestNexus, options: Parameters<TestNexus['submit']>[0]) => senseOf(nexus.submit(options)).code

describe('an enabled task', () => {
  it('of an operation code that the unit does not have ends with 20/00', () => {
    expect(code(new TestDevice().nexus(), { cdb: hex('FF 00 00 00 00 00') })).toEqual({
      key: 0x5,
      asc: 0x20,
      ascq: 0x00,
    })
  })

  it('of a service action that the unit does not have ends with 24/00 that points at it', () => {
    const task = new TestDevice().nexus().submit({ cdb: hex('9E 1F 0000000000000000 00000000 00 00') })
    expect(senseOf(task)).toMatchObject({
      code: { key: 0x5, asc: 0x24, ascq: 0x00 },
      pointer: { in: 'cdb', byte: 1, bit: 4 },
    })
  })

  it('whose CDB has a reserved bit set ends with 24/00 that points at it', () => {
    const task = new TestDevice().nexus().submit({ cdb: hex('00 00 00 20 00 00') })
    expect(senseOf(task)).toMatchObject({ code: Sense.invalidFieldInCdb, pointer: { in: 'cdb', byte: 3, bit: 5 } })
  })

  it('with NACA set is refused', () => {
    const task = new TestDevice().nexus().submit({ cdb: hex('00 00 00 00 00 04') })
    expect(senseOf(task)).toMatchObject({ code: Sense.invalidFieldInCdb, pointer: { in: 'cdb', byte: 5, bit: 2 } })
  })

  it('is answered in descriptor format where D_SENSE says so', () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    const other = device.nexus('b')
    expect(nexus.submit({ cdb: hex('FF 00 00 00 00 00') }).sense?.[0]).toBe(0x70)
    const [itNexus] = device.group.nexuses
    device.unit.changeMode({ softwareWriteProtect: false, descriptorSense: true }, itNexus as ITNexus)
    expect(nexus.submit({ cdb: hex('FF 00 00 00 00 00') }).sense?.[0]).toBe(0x72)
    expect(other.submit(testUnitReady).sense?.[0]).toBe(0x72)
  })
})

describe('data of the initiator that goes the other way than that of the CDB', () => {
  const commandIu = { key: 0x5, asc: 0x0e, ascq: 0x03 }

  it.each([
    ['a WRITE with room for data-in', { cdb: write.cdb, readBytes: BLOCK }],
    ['a VERIFY that compares with room for data-in', { cdb: hex('2F 02 00000000 00 0001 00'), readBytes: BLOCK }],
    ['a MODE SELECT with room for data-in', { cdb: hex('15 10 0000 10 00'), readBytes: 16 }],
    ['an INQUIRY with data-out', { cdb: hex('12 00 00 0024 00'), data: Buffer.alloc(36) }],
    ['a REPORT LUNS with data-out', { cdb: hex('A0 00 00 000000 00000010 00 00'), data: Buffer.alloc(16) }],
  ])('ends the command with 0E/03, untouched: %s', (_name, options) => {
    const device = new TestDevice()
    const task = device.nexus().submit(options)
    expect(senseOf(task).code).toEqual(commandIu)
    expect([task.lengthBytes, task.expectedBytes, task.sent.length, device.store.done]).toEqual([undefined, 0, 0, []])
  })

  it.each([
    ['a WRITE of no blocks', { cdb: hex('2A 00 00000000 00 0000 00'), readBytes: BLOCK }],
    [
      'a WRITE SAME of zeroes without data-out',
      { cdb: hex('93 01 0000000000000000 00000001 00 00'), readBytes: BLOCK },
    ],
    ['a VERIFY of no blocks with BYTCHK 1', { cdb: hex('2F 02 00000000 00 0000 00'), readBytes: BLOCK }],
    ['an INQUIRY of no bytes', { cdb: hex('12 00 00 0000 00'), data: Buffer.alloc(36) }],
    ['a TEST UNIT READY', { ...testUnitReady, data: Buffer.alloc(36) }],
  ])('is nothing to a command that has none: %s', async (_name, options) => {
    const task = await new TestDevice().nexus().run(options)
    expect([task.ending, task.lengthBytes ?? 0, task.sent.length]).toEqual([Status.good, 0, 0])
  })

  it('leaves a READ good, of which nothing is moved or counted', () => {
    const task = new TestDevice().nexus().submit({ cdb: read.cdb, data: Buffer.alloc(BLOCK) })
    expect([task.ending, task.lengthBytes, task.sent.length]).toEqual([Status.good, undefined, 0])
  })

  it('does not come before a unit attention', () => {
    const nexus = new TestDevice().nexus('a', { fresh: true })
    expect(code(nexus, { cdb: write.cdb, readBytes: BLOCK })).toEqual({ key: 0x6, asc: 0x29, ascq: 0x00 })
  })
})

describe('a reservation of another nexus', () => {
  it('lets INQUIRY, REPORT LUNS, REQUEST SENSE and RELEASE pass, and nothing else', () => {
    const device = new TestDevice()
    const a = device.nexus('a')
    const b = device.nexus('b')
    expect(a.submit(reserve).ending).toBe(Status.good)
    const passing = [
      '12 00 00 00 24 00',
      'A0 00 00 00 00 00 00 00 00 10 00 00',
      '03 00 00 00 12 00',
      '17 00 00 00 00 00',
    ]
    for (const cdb of passing) expect(b.submit({ cdb: hex(cdb), readBytes: 64 }).ending).toBe(Status.good)
    for (const options of [testUnitReady, read, write, reserve, { cdb: hex('FF 00 00 00 00 00') }])
      expect(b.submit(options).ending).toBe(Status.reservationConflict)
    for (const options of [testUnitReady, read, write, reserve]) expect(a.submit(options).ending).toBe(Status.good)
  })

  it('ends with its release by the holder, not by others', () => {
    const device = new TestDevice()
    const a = device.nexus('a')
    const b = device.nexus('b')
    a.submit(reserve)
    b.submit(release)
    expect(b.submit(read).ending).toBe(Status.reservationConflict)
    a.submit(release)
    expect(b.submit(read).ending).toBe(Status.good)
  })

  it('is looked at when a task becomes enabled, not when it came', () => {
    const device = new TestDevice()
    const a = device.nexus('a')
    const b = device.nexus('b')
    device.store.held = true
    b.submit(write)
    const waiting = b.submit(write)
    a.submit(reserve)
    device.store.complete()
    expect(waiting.ending).toBe(Status.reservationConflict)
  })
})

describe('write protection', () => {
  const protections = [
    ['of the store', { store: { features: { write: false } } }, Sense.writeProtected],
    ['by SWP', {}, Sense.logicalUnitSoftwareWriteProtected],
  ] as const
  it.each(protections)('%s refuses what changes the medium, and nothing else', (_name, options, expected) => {
    const device = new TestDevice(options)
    const nexus = device.nexus()
    const [itNexus] = device.group.nexuses
    const softwareWriteProtect = expected === Sense.logicalUnitSoftwareWriteProtected
    device.unit.changeMode({ softwareWriteProtect, descriptorSense: false }, itNexus as ITNexus)
    const task = nexus.submit(write)
    expect(senseOf(task).code).toEqual(expected)
    expect(task.expectedBytes).toBe(0)
    expect(code(nexus, { cdb: hex('41 00 00000000 00 0001 00'), data: Buffer.alloc(BLOCK) })).toEqual(expected)
    expect(nexus.submit(read).ending).toBe(Status.good)
  })
})

describe('a unit whose store cannot serve', () => {
  it('is not ready, and tells every nexus when it is ready again', () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.available = false
    device.store.say({ kind: 'availability', available: false })
    for (const options of [testUnitReady, read, write])
      expect(code(nexus, options)).toEqual({ key: 0x2, asc: 0x04, ascq: 0x01 })
    expect(nexus.submit({ cdb: hex('12 00 00 00 24 00'), readBytes: 36 }).ending).toBe(Status.good)
    device.store.available = true
    device.store.say({ kind: 'availability', available: true })
    expect(code(nexus, testUnitReady)).toEqual({ key: 0x6, asc: 0x28, ascq: 0x00 })
    expect(nexus.submit(read).ending).toBe(Status.good)
  })
})

describe('a unit whose device has gone', () => {
  it('has no medium for any command that needs one, and tells every nexus when it has one again', () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.available = false
    device.store.gone = true
    device.store.say({ kind: 'deviceGone' })
    for (const options of [testUnitReady, read, write])
      expect(code(nexus, options)).toEqual({ key: 0x2, asc: 0x3a, ascq: 0x00 })
    expect(nexus.submit({ cdb: hex('12 00 00 00 24 00'), readBytes: 36 }).ending).toBe(Status.good)
    device.store.available = true
    device.store.gone = false
    device.store.say({ kind: 'deviceBack', path: '/dev/sdb' })
    expect(code(nexus, testUnitReady)).toEqual({ key: 0x6, asc: 0x28, ascq: 0x00 })
    expect(nexus.submit(read).ending).toBe(Status.good)
  })
})

describe('a flush that failed by itself', () => {
  it('is told to every nexus once, as a deferred error', () => {
    const device = new TestDevice()
    const nexuses = [device.nexus('a'), device.nexus('b')]
    device.store.say({ kind: 'flushFailed' })
    for (const nexus of nexuses) {
      const task = nexus.submit(testUnitReady)
      expect(task.sense?.[0]).toBe(0x71)
      expect(senseOf(task)).toMatchObject({ code: { key: 0x3, asc: 0x0c, ascq: 0x00 }, deferred: true })
      expect(nexus.submit(testUnitReady).ending).toBe(Status.good)
    }
  })

  it('and was cleared is told as a medium that may have changed (28/00)', () => {
    const device = new TestDevice()
    const nexuses = [device.nexus('a'), device.nexus('b')]
    device.store.flushFailure = {}
    device.store.clearFault()
    for (const nexus of nexuses) {
      expect(code(nexus, testUnitReady)).toEqual({ key: 0x6, asc: 0x28, ascq: 0x00 })
      expect(nexus.submit(testUnitReady).ending).toBe(Status.good)
    }
  })
})
