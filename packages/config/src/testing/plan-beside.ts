import { parseConfiguration } from '../document.ts'
import { planServing } from '../plan/plan.ts'
import type { GroupPlan, ServingPlan, StoragePlan } from '../plan/serving-plan.ts'

export const IQN = 'iqn.2026-11.com.example:disk'
export const HOST = 'iqn.1994-05.com.redhat:host1'
export const rd = { name: 'rd', plugin: 'ramdisk', size: 1_048_576 }
export const file = { name: 'f', plugin: 'fileio', dev: '/srv/disk.img', size: 1_048_576 }
export const open = { authentication: 0, generate_node_acls: 1, demo_mode_write_protect: 0 }
export const portals = [{ ip_address: '0.0.0.0', port: 3260 }]

export interface Parts {
  /** LUN 1 is this, beside the good LUN 0. */
  readonly object?: object
  readonly tpg?: object
  /** Beside the good TPG. */
  readonly tpgs?: unknown
  readonly rest?: object
}

/** A plan of one good LUN of a good TPG, and of what is wrong beside it. */
export function planOf({ object, tpg = {}, tpgs = [], rest = {} }: Parts): ServingPlan {
  const storage_objects = [rd, ...(object === undefined ? [] : [object])]
  const luns = [
    { index: 0, storage_object: '/backstores/ramdisk/rd' },
    ...(object === undefined ? [] : [{ index: 1, storage_object: '/backstores/fileio/f' }]),
  ]
  const good = { tag: 1, attributes: open, luns, portals, ...tpg }
  const targets = [{ fabric: 'iscsi', wwn: IQN, tpgs: [good, ...(tpgs as object[])] }]
  return planServing(parseConfiguration(JSON.stringify({ storage_objects, targets, ...rest })))
}

export const texts = ({ notices }: ServingPlan, kind: string) => notices.filter(each => each.kind === kind)

export function group(plan: ServingPlan): GroupPlan {
  const [first] = plan.targets.flatMap(({ groups }) => groups)
  if (first === undefined) throw new Error('no group is served')
  return first
}

export const lunsOf = (plan: ServingPlan) => group(plan).luns.map(({ lun }) => lun)

/** LUN 1, where the file gives it these keys. */
export const disk = (plan: ServingPlan): StoragePlan | undefined => plan.storage.find(({ key }) => key === 'fileio/f')
