import { Status, TaskManagementResponse } from '@lunkit/scsi/transport'
import { describe, expect, it } from 'vitest'
import { ControlledStore } from '../testing/controlled-store.ts'
import { hex, settled, TestDevice } from '../testing/device.ts'

const { complete, incorrectLun, taskDoesNotExist } = TaskManagementResponse
const BLOCK = 512
const write = { cdb: hex('2A 00 00000000 00 0001 00'), data: Buffer.alloc(BLOCK, 1) }

/** How the unit goes that a write of nexus `a` is under way at, while the store has not returned. */
const WAYS = [
  { way: 'removed', go: (device: TestDevice) => void device.device.removeUnit(device.unit) },
  { way: 'unmapped', go: (device: TestDevice) => void device.group.unmapLun(undefined, 0) },
  { way: 'left out of a new map', go: (device: TestDevice) => device.group.mapLuns(undefined, []) },
  {
    way: 'replaced by another unit',
    go: (device: TestDevice) => {
      const unit = device.device.addUnit(new ControlledStore())
      device.group.mapLun(undefined, { lun: 0, unit })
    },
  },
]

/** The functions that end it, which are answered when the store has returned, and nothing of the write afterwards. */
const ENDING = [
  'abortTask',
  'abortTaskSet',
  'clearTaskSet',
  'logicalUnitReset',
  'targetWarmReset',
  'targetColdReset',
] as const

/** A write of nexus `a` is under way at a unit that has gone meanwhile. */
function gone(go: (device: TestDevice) => void) {
  const device = new TestDevice()
  const a = device.nexus('a')
  device.store.held = true
  const task = a.submit(write)
  go(device)
  return { device, a, task }
}

describe.each(WAYS)('a task at a unit that was $way', ({ go }) => {
  it.each(ENDING)('is ended by %s, which waits for its store', async asked => {
    const { device, a, task } = gone(go)
    let response: TaskManagementResponse | undefined
    void a.manage(asked, { tag: task.tag }).then(answer => (response = answer))
    await settled()
    expect([response, task.ending]).toEqual([undefined, 'silently'])
    device.store.completeAll()
    await settled()
    expect([response, task.ending]).toEqual([complete, 'silently'])
  })

  it('is none of another nexus, and not at another number', async () => {
    const { device, a, task } = gone(go)
    const b = device.nexus('b')
    await b.manage('abortTaskSet')
    await a.manage('abortTaskSet', { lun: 1 })
    await a.manage('abortTask', { tag: task.tag + 1 })
    expect(task.ending).toBeUndefined()
    device.store.completeAll()
    await settled()
    expect([Status.good, Status.checkCondition]).toContain(task.ending)
  })
})

describe('where no task is left at a unit that was removed', () => {
  it('a function says that there is no such unit, or no such task', async () => {
    const { device, a, task } = gone(({ device: target, unit }) => void target.removeUnit(unit))
    device.store.completeAll()
    await settled()
    expect(await a.manage('logicalUnitReset')).toBe(incorrectLun)
    expect(await a.manage('abortTask', { tag: task.tag })).toBe(incorrectLun)
    const unit = device.device.addUnit(new ControlledStore())
    device.group.mapLun(undefined, { lun: 0, unit })
    expect(await a.manage('abortTask', { tag: task.tag })).toBe(taskDoesNotExist)
  })
})

describe('TARGET WARM RESET', () => {
  it('of one nexus ends a task of another at a unit that was removed with TASK ABORTED, as TAS says', async () => {
    const { device, task } = gone(({ device: target, unit }) => void target.removeUnit(unit))
    const response = device.nexus('b').manage('targetWarmReset')
    device.store.completeAll()
    expect([await response, task.ending]).toEqual([complete, Status.taskAborted])
  })
})
