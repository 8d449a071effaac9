import { expect, it } from 'vitest'
import { parseConfiguration } from '../document.ts'
import { planServing } from './plan.ts'
import type { ServingPlan } from './serving-plan.ts'

const disk = { name: 'disk0', plugin: 'fileio', dev: '/srv/disk.img', size: 1024 }
const luns = [{ index: 0, storage_object: '/backstores/fileio/disk0' }]

function plan(storage_objects: readonly object[], tpg: object, rest: object = {}): ServingPlan {
  const tpgs = [{ tag: 1, luns, portals: [{ ip_address: '0.0.0.0', port: 3260 }], ...tpg }]
  const targets = [{ fabric: 'iscsi', wwn: 'iqn.2026-11.com.example:disk', tpgs }]
  return planServing(parseConfiguration(JSON.stringify({ storage_objects, targets, ...rest })))
}

const notices = (serving: ServingPlan, kind: string): readonly string[] =>
  serving.notices.flatMap(each => (each.kind === kind ? [`${each.paths.join(' ')}: ${each.text}`] : []))

it('storage objects have the lanes that the administrator says, of those that there are', () => {
  const own = (lane: number, plugin = 'fileio') => ({
    lunkit: { lanes: 3, storage_objects: [{ storage_object: `/backstores/${plugin}/disk0`, lane }] },
  })
  expect(plan([disk], {}, own(2)).lanePlacement).toEqual({ 'fileio/disk0': 2 })
  const beyond = plan([disk], {}, own(3))
  expect([beyond.lanePlacement, notices(beyond, 'wrong')]).toEqual([
    {},
    [
      'lunkit.storage_objects[0].lane: lane is 3, and there are 3 lanes; right is a whole number from 0 to 2, or more of lunkit.lanes; it is ignored',
    ],
  ])
  const luns = [{ index: 0, storage_object: '/backstores/ramdisk/disk0' }]
  const memory = plan([{ name: 'disk0', plugin: 'ramdisk', size: 4096 }], { luns }, own(1, 'ramdisk'))
  expect([memory.lanePlacement, notices(memory, 'kept')]).toEqual([
    {},
    ['lunkit.storage_objects[0].lane: lane: nothing of ramdisk/disk0 may block, which is in memory; no lane has it'],
  ])
})
