import { parseConfiguration } from '../document.ts'
import { planServing } from '../plan/plan.ts'
import type { GroupPlan, ServingPlan } from '../plan/serving-plan.ts'
import type { StoragePlan } from '../plugins/plugins.ts'

/** The name of the target. */
export const IQN = 'iqn.2026-11.com.example:disk'
/** An initiator. */
export const HOST = 'iqn.1994-05.com.redhat:host1'
/** The good disk, LUN 0. */
export const rd = { name: 'rd', plugin: 'ramdisk', size: 1_048_576 }
/** A file that is a disk, LUN 1 where it is given. */
export const file = { name: 'f', plugin: 'fileio', dev: '/srv/disk.img', size: 1_048_576 }
/** Attributes of a TPG that lets everybody in. */
export const open = { authentication: 0, generate_node_acls: 1, demo_mode_write_protect: 0 }
/** A portal that every address leads to. */
export const portals = [{ ip_address: '0.0.0.0', port: 3260 }]

/** What stands beside what is good. */
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

/** The notices of one kind. */
export const texts = ({ notices }: ServingPlan, kind: string) => notices.filter(each => each.kind === kind)

/** The good TPG. */
export function group(plan: ServingPlan): GroupPlan {
  const [first] = plan.targets.flatMap(({ groups }) => groups)
  if (first === undefined) throw new Error('no group is served')
  return first
}

/** The LUNs of the good TPG that are served. */
export const lunsOf = (plan: ServingPlan) => group(plan).luns.map(({ lun }) => lun)

/** LUN 1, where the file gives it these keys. */
export const disk = (plan: ServingPlan): StoragePlan | undefined => plan.storage.find(({ key }) => key === 'fileio/f')
