import { Sense } from '@lunkit/scsi'
import { Status, TaskAttribute } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { hex, senseOf, settled, TestDevice, type TestNexus } from '../testing/device.ts'
import type { FakeTask } from '../testing/fake-task.ts'

const BLOCK = 512
const { simple, ordered, headOfQueue, untagged, aca } = TaskAttribute

/** A device whose store holds every operation back, and two nexuses to it. */
function held(options?: ConstructorParameters<typeof TestDevice>[0]) {
  const device = new TestDevice(options)
  const a = device.nexus('a')
  const b = device.nexus('b')
  device.store.held = true
  return { device, a, b }
}

const at = (lba: number): string => lba.toString(16).padStart(8, '0')
const count = (blocks: number): string => blocks.toString(16).padStart(4, '0')
const blocks = (n: number) => Buffer.alloc(n * BLOCK, 1)

const read = (nexus: TestNexus, lba: number, n = 1, attribute: TaskAttribute = simple): FakeTask =>
  nexus.submit({ cdb: hex(`28 00 ${at(lba)} 00 ${count(n)} 00`), readBytes: n * BLOCK, attribute })
const write = (nexus: TestNexus, lba: number, n = 1, attribute: TaskAttribute = simple): FakeTask =>
  nexus.submit({ cdb: hex(`2A 00 ${at(lba)} 00 ${count(n)} 00`), data: blocks(n), attribute })
const writeSame = (nexus: TestNexus, lba: number, n = 1): FakeTask =>
  nexus.submit({ cdb: hex(`41 00 ${at(lba)} 00 ${count(n)} 00`), data: blocks(1) })
const compareAndWrite = (nexus: TestNexus, lba: number): FakeTask =>
  nexus.submit({ cdb: hex(`89 00 00000000 ${at(lba)} 000000 01 00 00`), data: blocks(2) })
const flush = (nexus: TestNexus, attribute: TaskAttribute = simple): FakeTask =>
  nexus.submit({ cdb: hex('35 00 00000000 00 0000 00'), attribute })

/** The first blocks of the operations that the store has. */
const underWay = (device: TestDevice): number[] => device.store.underWay.map(({ offset }) => offset / BLOCK)

describe('the ordering matrix', () => {
  const pairs = [
    ['a read', 'a write', read, write],
    ['a write', 'a read', write, read],
    ['a write', 'a write', write, write],
    ['a write', 'a WRITE SAME', write, writeSame],
    ['a WRITE SAME', 'a read', writeSame, read],
    ['a COMPARE AND WRITE', 'a write', compareAndWrite, write],
    ['a read', 'a COMPARE AND WRITE', read, compareAndWrite],
  ] as const

  it.each(pairs)('%s of a block holds back %s of it, from another nexus too', async (_a, _b, first, second) => {
    const { device, a, b } = held()
    first(a, 8)
    await settled()
    second(b, 8)
    await settled()
    expect(device.store.underWay.length).toBe(1)
    while (device.store.underWay.length > 0) {
      expect(device.store.underWay.length).toBe(1)
      device.store.complete()
      await settled()
    }
  })

  it.each(pairs)('%s of a block does not hold back %s of its neighbours', async (_a, _b, first, second) => {
    const { device, a, b } = held()
    first(a, 8)
    second(b, 9)
    second(b, 7)
    await settled()
    expect(underWay(device).sort((x, y) => x - y)).toEqual([7, 8, 9])
    while (device.store.underWay.length > 0) {
      device.store.completeAll()
      await settled()
    }
  })

  it('lets reads of the same blocks run beside each other', () => {
    const { device, a, b } = held()
    read(a, 8, 4)
    read(b, 8, 4)
    expect(device.store.underWay.length).toBe(2)
    device.store.completeAll()
  })

  it('holds a range for as long as the store has it, though its task was aborted', async () => {
    const { device, a, b } = held()
    const first = write(a, 8)
    const aborted = a.manage('abortTask', { tag: first.tag })
    const second = write(b, 8)
    expect(first.ending).toBe('silently')
    expect(device.store.underWay.length).toBe(1)
    device.store.complete()
    expect(await aborted).toBe('complete')
    expect(device.store.underWay.length).toBe(1)
    device.store.complete()
    expect(second.ending).toBe(Status.good)
  })

  it('keeps the order of coming among those that overlap, also where one in between waits', () => {
    const { device, a, b } = held()
    write(a, 0, 4)
    write(b, 2, 4)
    read(a, 4, 4)
    expect(underWay(device)).toEqual([0])
    device.store.complete()
    expect(underWay(device)).toEqual([2])
    device.store.complete()
    expect(underWay(device)).toEqual([4])
    device.store.complete()
  })

  it('lets a flush pass writes under way, and is passed by them', async () => {
    const { device, a } = held()
    write(a, 0)
    flush(a)
    write(a, 8)
    await settled()
    expect(device.store.underWay.map(({ operation }) => operation)).toEqual(['write', 'flush', 'write'])
    device.store.completeAll()
    await settled()
  })

  it('begins none of the tasks that are aborted together, though one lets go what another waits for', async () => {
    const { device, a, b } = held()
    write(a, 0, 4)
    const waiting = [write(b, 2, 8), write(b, 6, 2), flush(b, ordered)]
    const reset = a.manage('logicalUnitReset')
    await settled()
    expect(underWay(device)).toEqual([0])
    device.store.completeAll()
    expect(await reset).toBe('complete')
    expect(waiting.every(({ ending }) => ending === Status.taskAborted)).toBe(true)
    expect(device.store.done).toHaveLength(1)
  })

  it('lets nobody begin for what an aborted task has waited for', async () => {
    const { device, a, b } = held()
    write(a, 8)
    write(a, 0)
    const aborted = write(b, 0)
    await b.manage('abortTask', { tag: aborted.tag })
    write(b, 8) // its record is the one of the aborted task
    device.store.complete(device.store.underWay.find(({ offset }) => offset === 0))
    expect(underWay(device)).toEqual([8])
    device.store.complete()
    expect(underWay(device)).toEqual([8])
    device.store.complete()
  })

  it('gives the blocks of an aborted dormant task back to those behind it', () => {
    const { device, a, b } = held()
    write(a, 0, 4)
    const waiting = write(b, 2, 8)
    const behind = read(a, 6, 2)
    expect(underWay(device)).toEqual([0])
    void b.manage('abortTask', { tag: waiting.tag })
    expect(waiting.ending).toBe('silently')
    expect(underWay(device)).toEqual([0, 6])
    device.store.completeAll()
    expect(behind.ending).toBe(Status.good)
  })
})

describe('task attributes', () => {
  it('SIMPLE and untagged tasks run beside each other', () => {
    const { device, a } = held()
    read(a, 0, 1, simple)
    read(a, 8, 1, untagged)
    expect(underWay(device)).toEqual([0, 8])
    device.store.completeAll()
  })

  it('an ORDERED task waits for all before it, and all SIMPLE ones behind it wait for it', () => {
    const { device, a, b } = held()
    read(a, 0)
    read(b, 8, 1, ordered)
    read(a, 16)
    expect(underWay(device)).toEqual([0])
    device.store.complete()
    expect(underWay(device)).toEqual([8])
    device.store.complete()
    expect(underWay(device)).toEqual([16])
    device.store.complete()
  })

  it('a HEAD OF QUEUE task does not wait, and those that have not begun wait for it', () => {
    const { device, a } = held()
    read(a, 0)
    read(a, 8, 1, ordered)
    read(a, 16)
    read(a, 24, 1, headOfQueue)
    expect(underWay(device)).toEqual([0, 24])
    device.store.complete()
    expect(underWay(device)).toEqual([24])
    device.store.complete()
    expect(underWay(device)).toEqual([8])
    device.store.complete()
    expect(underWay(device)).toEqual([16])
    device.store.complete()
  })

  it('a HEAD OF QUEUE task waits for the store where it overlaps what is under way', () => {
    const { device, a, b } = held()
    write(a, 0, 4)
    write(b, 2, 4, headOfQueue)
    write(a, 4, 4, headOfQueue)
    expect(underWay(device)).toEqual([0])
    device.store.complete()
    expect(underWay(device)).toEqual([2])
    device.store.complete()
    expect(underWay(device)).toEqual([4])
    device.store.complete()
  })

  it('an ORDERED task waits for a write whose task was aborted, until the store has returned', async () => {
    const { device, a } = held()
    const aborted = write(a, 0)
    void a.manage('abortTask', { tag: aborted.tag })
    read(a, 8, 1, ordered)
    expect(underWay(device)).toEqual([0])
    device.store.complete()
    expect(underWay(device)).toEqual([8])
    device.store.complete()
  })

  it('INQUIRY, REPORT LUNS and REQUEST SENSE never wait', () => {
    const { device, a } = held()
    read(a, 0)
    read(a, 8, 1, ordered)
    const commands = ['12 00 00 00 24 00', 'A0 00 00 00 00 00 00 00 00 10 00 00', '03 00 00 00 12 00']
    for (const cdb of commands) expect(a.submit({ cdb: hex(cdb), readBytes: 64 }).ending).toBe(Status.good)
    const ready = a.submit({ cdb: hex('00 00 00 00 00 00') })
    expect(ready.ending).toBeUndefined()
    device.store.completeAll()
    expect(ready.ending).toBe(Status.good)
  })

  it('ACA is refused, as NORMACA is zero', () => {
    const task = new TestDevice().nexus().submit({ cdb: hex('00 00 00 00 00 00'), attribute: aca })
    expect(senseOf(task).code).toEqual(Sense.invalidMessageError)
  })

  it('UNMAP behind an ORDERED task that waits for it does not block itself', async () => {
    const { device, a } = held({ attributes: { emulateTpu: true } })
    const unmap = a.submit({
      cdb: hex('42 00 00000000 00 0018 00'),
      data: hex('0016 0010 00000000  0000000000000010 00000008 00000000'),
    })
    read(a, 0, 1, ordered)
    const behind = write(a, 0x10)
    await settled()
    expect(device.store.underWay.map(({ operation }) => operation)).toEqual(['discard'])
    device.store.complete()
    await settled()
    expect(unmap.ending).toBe(Status.good)
    device.store.completeAll()
    expect(behind.ending).toBe(Status.good)
  })
})

describe('a full task set', () => {
  it('takes no more than the queue depth from one nexus, and others still have their places', () => {
    const { device, a, b } = held({ attributes: { queueDepth: 4 } })
    for (let i = 0; i < 4; i++) read(a, i)
    expect(read(a, 4).ending).toBe(Status.taskSetFull)
    expect(read(b, 5).ending).toBeUndefined()
    device.store.completeAll()
    expect(read(a, 6).ending).toBeUndefined()
    device.store.completeAll()
  })

  it('still takes one task of a nexus that has none', () => {
    const device = new TestDevice({ attributes: { queueDepth: 2 } })
    const nexuses = Array.from({ length: 33 }, (_, i) => device.nexus(`n${i}`))
    device.store.held = true
    for (const nexus of nexuses.slice(0, 32)) {
      read(nexus, 0)
      read(nexus, 1)
    }
    const late = nexuses[32] as TestNexus
    expect(read(late, 2).ending).toBeUndefined()
    expect(read(late, 3).ending).toBe(Status.taskSetFull)
    device.store.completeAll()
  })
})

describe('a bug in a command', () => {
  it('is heard of, and never ends with GOOD', async () => {
    const device = new TestDevice()
    const nexus = device.nexus()
    device.store.began = () => {
      throw new Error('planted')
    }
    const task = await nexus.run({ cdb: hex('35 00 00000000 00 0000 00') })
    await settled()
    expect(task.ending).toBe(Status.checkCondition)
    expect(senseOf(task).code).toEqual(Sense.internalTargetFailure)
    expect(device.bugs.splice(0)).toMatchObject([{ message: 'planted' }])
  })
})
