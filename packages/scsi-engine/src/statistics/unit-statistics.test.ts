import { setImmediate } from 'node:timers/promises'
import { StoreEngine } from '@lunkit/backstores/store'
import { Status, TaskManagementFunction } from '@lunkit/scsi/transport'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blockCommandBytes, blockCommandNames } from '../testing/commands.ts'
import { hex, settled, TestDevice, type TestNexus } from '../testing/device.ts'
import type { FakeTask } from '../testing/fake-task.ts'

const UNIT = 'controlled/disk0'
const testUnitReady = { cdb: hex('00 00 00 00 00 00') }
const reserve = { cdb: hex('16 00 00 00 00 00') }

const unitRow = ({ statistics }: TestDevice, unit = UNIT) =>
  statistics.units.snapshot().find(({ labels }) => labels.unit === unit)?.values
const nexusRow = ({ statistics }: TestDevice, initiator: string) =>
  statistics.nexuses.snapshot().find(({ labels }) => labels.initiator === initiator && labels.unit === UNIT)?.values

/** A device whose unit has every command, with one nexus. */
function setUp() {
  const attributes = { emulateTpu: true, emulateTpws: true, maxUnmapLbaCount: 1024, maxUnmapBlockDescCount: 16 }
  const device = new TestDevice({ title: UNIT, attributes, store: { features: { discard: true } } })
  return { device, a: device.nexus('a') }
}

describe('the row of a unit', () => {
  it('counts commands and their bytes by kind, once each, and the nexus does the same', async () => {
    const { device, a } = setUp()
    for (const [at, name] of blockCommandNames.entries()) await a.run(blockCommandBytes[name](at * 16, 2))
    await a.run({ cdb: hex('35 00 00000000 00 0000 00') })
    await settled()
    const commands = { read: 1, write: 2, flush: 1, unmap: 1, write_same: 1, compare_and_write: 1, verify: 1, other: 4 }
    const bytes = { read: 1024, write: 2048, unmap: 1024, write_same: 1024 }
    expect(unitRow(device)).toMatchObject({ commands, bytes, abortedCommands: 0, tasks: 0 })
    expect(nexusRow(device, 'iqn.2026-11.example:a')).toMatchObject({ commands, bytes, abortedCommands: 0 })
  })

  it('counts no bytes of a command that failed, and only those that the initiator had of one that was shorter', async () => {
    const { device, a } = setUp()
    await a.run(blockCommandBytes.read(1_000_000, 8))
    await a.run({ ...blockCommandBytes.read(0, 8), readBytes: 512 })
    expect(unitRow(device)).toMatchObject({
      commands: { read: 2 },
      bytes: { read: 512 },
      checkConditions: { illegalRequest: 1 },
    })
  })

  it('counts refusals by cause', () => {
    const { device, a } = setUp()
    const b = device.nexus('b')
    a.submit(reserve)
    expect(b.submit(testUnitReady).ending).toBe(Status.reservationConflict)
    device.store.held = true
    const { queueDepth } = device.unit.attributes
    for (let i = 0; i <= queueDepth; i++) a.submit(blockCommandBytes.read(0, 1))
    expect(unitRow(device)).toMatchObject({
      refusals: { reservation_conflict: 1, task_set_full: 1 },
      commands: { read: 1 },
      tasks: queueDepth,
    })
    expect(nexusRow(device, 'iqn.2026-11.example:a')).toMatchObject({ tasks: queueDepth })
    expect(nexusRow(device, 'iqn.2026-11.example:b')).toMatchObject({ tasks: 0 })
    device.store.completeAll()
    expect(unitRow(device)).toMatchObject({ commands: { read: queueDepth + 1 }, tasks: 0 })
    expect(nexusRow(device, 'iqn.2026-11.example:a')).toMatchObject({ tasks: 0 })
  })

  it('counts what task management ends apart, and not again when the store returns', async () => {
    const { device, a } = setUp()
    device.store.held = true
    const task = a.submit(blockCommandBytes.write(0, 1))
    const others = [0, 1].map(lba => a.submit(blockCommandBytes.read(lba, 1)))
    const aborted = a.manage('abortTask', { tag: task.tag })
    await settled()
    device.store.complete()
    await aborted
    await a.manage('abortTask', { tag: task.tag })
    const reset = a.manage('logicalUnitReset')
    device.store.completeAll()
    await reset
    expect(others.map(({ ending }) => ending)).toEqual(['silently', 'silently'])
    expect(unitRow(device)).toMatchObject({
      commands: { read: 0, write: 0 },
      bytes: { read: 0, write: 0 },
      ...{ abortedCommands: 3, resets: 1, tasks: 0 },
    })
  })

  it('counts task management functions by what they were answered with, when they are', async () => {
    const { device, a } = setUp()
    device.store.held = true
    const task = a.submit(blockCommandBytes.write(0, 1))
    const answered = a.manage('abortTask', { tag: task.tag })
    expect(unitRow(device)?.functionsComplete).toMatchObject({ abort_task: 0 })
    device.store.complete()
    await answered
    await a.manage('abortTask', { tag: task.tag })
    const other = a.submit(blockCommandBytes.write(0, 1))
    await a.manage('queryTask', { tag: other.tag })
    device.store.complete()
    for (const name of ['clearAca', 'queryAsyncEvent', 'logicalUnitReset', 'targetWarmReset'] as const)
      await a.manage(name)
    await a.manage('abortTaskSet', { lun: 9 })
    const none = { abort_task: 0, abort_task_set: 0, clear_aca: 0, clear_task_set: 0, logical_unit_reset: 0 }
    const no = { ...none, query_task: 0, query_task_set: 0, query_async_event: 0 }
    expect(unitRow(device)).toMatchObject({
      functionsComplete: { ...no, abort_task: 1, logical_unit_reset: 1, query_async_event: 1 },
      functionsSucceeded: { ...no, query_task: 1 },
      functionsWithoutTask: { ...no, abort_task: 1 },
      functionsWithoutUnit: no,
      functionsRejected: { ...no, clear_aca: 1 },
    })
    expect(unitRow(device, '_absent')?.functionsWithoutUnit).toEqual({ ...no, abort_task_set: 1 })
  })

  it('counts the unit attentions that initiators were told of, and no deferred errors', () => {
    const { device } = setUp()
    const b = device.nexus('b', { fresh: true })
    const told = () => Object.entries(unitRow(device)?.unitAttentions ?? {}).filter(([, count]) => count > 0)
    const before = told()
    b.submit(testUnitReady)
    device.store.say({ kind: 'resized' })
    device.store.say({ kind: 'flushFailed' })
    expect([before, told()]).toEqual([[['2900', 1]], [['2900', 2]]])
    b.submit(testUnitReady)
    const { sent } = b.submit({ cdb: hex('03 00 00 00 20 00'), readBytes: 32 })
    expect(sent.toString('hex')).toBe('710003000000000a000000000c0000000000')
    device.store.say({ kind: 'resized' })
    b.submit({ cdb: hex('03 00 00 00 20 00'), readBytes: 32 })
    expect(told()).toEqual([
      ['2900', 2],
      ['2a09', 2],
    ])
  })

  it('has the tasks that wait for others among those there are', async () => {
    const { device, a } = setUp()
    device.store.held = true
    for (const lba of [0, 0, 0, 8]) a.submit(blockCommandBytes.write(lba, 1))
    expect(unitRow(device)).toMatchObject({ tasks: 4, waitingTasks: 2 })
    device.store.complete()
    expect(unitRow(device)).toMatchObject({ tasks: 3, waitingTasks: 1 })
    const reset = a.manage('logicalUnitReset')
    expect(unitRow(device)).toMatchObject({ tasks: 2, waitingTasks: 0 })
    device.store.completeAll()
    await reset
  })

  it('counts what its transport has answered by itself', () => {
    const { device, a } = setUp()
    const { abortTask } = TaskManagementFunction
    a.nexus.answered({ function: abortTask, lun: 0 }, 'taskDoesNotExist')
    a.nexus.answered({ function: abortTask, lun: 9 }, 'rejected')
    expect(unitRow(device)).toMatchObject({ functionsWithoutTask: { abort_task: 1 } })
    expect(unitRow(device, '_absent')).toMatchObject({ functionsRejected: { abort_task: 1 } })
  })

  it('counts a command that its transport gives up as aborted, and no function of an initiator', () => {
    const { device, a } = setUp()
    device.store.held = true
    const { tag, lun } = a.submit(blockCommandBytes.write(0, 1))
    a.nexus.manage({ function: TaskManagementFunction.abortTask, tag, lun, unasked: true, done: () => {} })
    device.store.completeAll()
    expect(unitRow(device)).toMatchObject({ abortedCommands: 1, functionsComplete: { abort_task: 0 } })
  })

  it('goes with the unit: its commands end once, and all that was counted is kept', async () => {
    const { device, a } = setUp()
    await a.run(blockCommandBytes.write(0, 4))
    device.store.held = true
    const task = a.submit(blockCommandBytes.read(0, 1))
    const removed = device.device.removeUnit(device.unit)
    device.store.completeAll()
    await removed
    expect(task.ending).toBe(Status.checkCondition)
    expect(unitRow(device)).toBeUndefined()
    const kept = { commands: { read: 1, write: 1, other: 4 }, bytes: { read: 0, write: 2048 } }
    expect(unitRow(device, '_ended')).toMatchObject({ ...kept, checkConditions: { illegalRequest: 1 }, tasks: 0 })
    expect(device.statistics.nexuses.snapshot()).toMatchObject([
      { labels: { initiator: '_ended', unit: '_ended' }, values: kept },
    ])
  })
})

describe('the row of a nexus', () => {
  it("is its initiator's at the unit, and what it has counted stays with unit and port when it has gone", async () => {
    const { device, a } = setUp()
    const b = device.nexus('b')
    await a.run(blockCommandBytes.write(0, 4))
    await b.run(blockCommandBytes.read(0, 1))
    expect(nexusRow(device, 'iqn.2026-11.example:b')).toMatchObject({ commands: { read: 1, write: 0 } })
    await new Promise<void>(ended => a.nexus.close('lost', ended))
    expect(nexusRow(device, 'iqn.2026-11.example:a')).toBeUndefined()
    expect(nexusRow(device, '_ended')).toMatchObject({ commands: { write: 1 }, bytes: { write: 2048 } })
  })

  it('stays until its last command has ended when the unit is taken from its sight, and is kept with unit and port then', async () => {
    const { device, a } = setUp()
    const initiator = 'iqn.2026-11.example:a'
    device.group.mapLuns(initiator, [{ lun: 0, unit: device.unit }])
    device.store.held = true
    a.submit(blockCommandBytes.read(0, 1))
    const unmapped = device.group.unmapLun(initiator, 0)
    expect(nexusRow(device, initiator)).toMatchObject({ commands: { read: 0 } })
    device.store.completeAll()
    await unmapped
    expect(nexusRow(device, initiator)).toBeUndefined()
    expect(nexusRow(device, '_ended')).toMatchObject({ commands: { read: 1 } })
  })

  it('of commands that find no unit is kept apart', () => {
    const { device, a } = setUp()
    a.submit({ ...testUnitReady, lun: 9 })
    expect(unitRow(device, '_absent')).toMatchObject({ commands: { other: 1 }, checkConditions: { illegalRequest: 1 } })
  })
})

describe('what a command took', () => {
  it('is told apart: its wait for others, for data-out, and for the store', async () => {
    const { device, a } = setUp()
    device.store.held = true
    const first = a.submit({ ...blockCommandBytes.write(0, 1), slow: true })
    const second = a.submit(blockCommandBytes.read(0, 1))
    await setImmediate()
    device.nowMs += 2
    first.deliver()
    await setImmediate()
    device.nowMs += 16
    const [written] = device.store.underWay
    if (written) written.engine = StoreEngine.lane
    device.store.complete()
    await setImmediate()
    device.nowMs += 128
    device.store.complete()
    expect([first.ending, second.ending]).toEqual([Status.good, Status.good])
    const row = unitRow(device)
    const seconds = (histogram?: { readonly sumSeconds: number }) => histogram?.sumSeconds.toFixed(6)
    expect(seconds(row?.r2tWait)).toBe('0.002000')
    expect(seconds(row?.queueWait)).toBe('0.018000')
    expect(seconds(row?.storeLane.write)).toBe('0.016000')
    expect(seconds(row?.storeInline.read)).toBe('0.128000')
    expect(seconds(row?.duration.write)).toBe('0.018000')
    expect(seconds(row?.duration.read)).toBe('0.146000')
    expect(seconds(nexusRow(device, 'iqn.2026-11.example:a')?.duration)).toBe('0.164000')
  })
})

const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constantFrom('read', 'write', 'verify', 'unmap'), fc.nat(1), fc.nat(31)) },
  { weight: 3, arbitrary: fc.constant(['complete', 0, 0] as const) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom('abortTaskSet', 'logicalUnitReset', 'close'), fc.nat(1), fc.nat(1)),
  },
)

describe('after random commands, aborts, resets and ends of nexuses', () => {
  it('every command was counted once, as what its initiator heard, and nexuses count what units do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async steps => {
        const { device, a } = setUp()
        const nexuses: TestNexus[] = [a, device.nexus('b')]
        const tasks: FakeTask[] = []
        device.store.held = true
        for (const [what, which, lba] of steps) {
          const nexus = nexuses[which] as TestNexus
          if (what === 'complete') {
            if (device.store.underWay.length > 0) device.store.complete()
          } else if (what === 'close') {
            nexus.nexus.close('lost', () => {})
            nexuses[which] = device.nexus(which === 0 ? 'a' : 'b')
          } else if (what === 'abortTaskSet' || what === 'logicalUnitReset') void nexus.manage(what)
          else tasks.push(nexus.submit(blockCommandBytes[what as 'read'](lba, 1)))
          await settled()
        }
        while (device.store.underWay.length > 0 || tasks.some(({ ending }) => ending === undefined)) {
          device.store.completeAll()
          await settled()
        }
        const row = unitRow(device)
        const endings = (wanted: (ending: unknown) => boolean) => tasks.filter(({ ending }) => wanted(ending)).length
        const { other, ...moving } = row?.commands ?? { other: 0 }
        const counted = Object.values(moving).reduce((sum, count) => sum + count, 0)
        expect(counted).toBe(endings(ending => ending !== 'silently' && ending !== Status.taskAborted))
        expect(row?.abortedCommands).toBe(endings(ending => ending === 'silently' || ending === Status.taskAborted))
        expect(other).toBeGreaterThan(0)
        expect(row?.tasks).toBe(0)
        const rows = device.statistics.nexuses.snapshot().filter(({ labels }) => labels.unit === UNIT)
        for (const name of ['read', 'write', 'verify', 'unmap', 'other'] as const)
          expect(rows.reduce((sum, { values }) => sum + values.commands[name], 0)).toBe(row?.commands[name])
      }),
      { numRuns: 60 },
    )
  })
})
