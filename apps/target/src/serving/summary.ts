import type { GroupPlan, ServingPlan, StoragePlan } from '@lunkit/config'
import type { Disk, DiskServer } from 'lunkit'
import type { Logger } from 'pino'
import { formatBytes } from '../bytes.ts'
import { cacheOf } from '../plugins/plugin.ts'
import { pluginOf } from '../plugins/plugins.ts'
import type { OpenDisks } from './open-disks.ts'

/** Says which configuration is served, and what there is of it. */
export function logConfiguration(log: Logger, config: string, plan: ServingPlan): void {
  const counts = { targets: plan.targets.length, disks: plan.storage.length, luns: plan.lunsInFile }
  log.info({ config, ...counts }, `configuration ${config}`)
}

/** Says of a disk that is open where it is, and how large. */
export function logDisk(log: Logger, plan: StoragePlan, disk: Disk | undefined): void {
  if (disk?.unit === undefined) return
  const { blocks, blockSizeBytes: blockBytes } = disk.unit
  const sizeBytes = blocks * blockBytes
  const { key, writeBack, file, path: at } = plan
  const size = `${formatBytes(sizeBytes)} in ${blocks} blocks of ${blockBytes} bytes`
  log.info(
    { disk: key, at, file, sizeBytes, blockBytes, writeBack },
    `${key}: ${pluginOf(plan).where(plan)}, ${size}, ${cacheOf(plan)}`,
  )
}

/** What is being served. */
export interface Served {
  readonly plan: ServingPlan
  readonly disks: OpenDisks
  readonly server: DiskServer
}

/** Says how much of the configuration is served, and names each LUN that is not. */
export function logServed({ plan, disks, server }: Served, log: Logger): void {
  const groups = plan.targets.flatMap(target => target.groups.map(group => ({ target: target.name, group })))
  const isOpen = ({ portals }: GroupPlan): boolean => portals.some(each => server.addressOf(each) !== undefined)
  const luns = groups.flatMap(({ group }) =>
    isOpen(group) ? group.luns.filter(({ storage }) => disks.has(storage)) : [],
  )
  const asked = new Map(groups.flatMap(({ group }) => group.portals.map(each => [JSON.stringify(each), each] as const)))
  const listening = [...asked.values()].filter(each => server.addressOf(each) !== undefined)
  const missing = groups.flatMap(({ target, group }) => missingOf(target, group, { disks, isOpen: isOpen(group) }))
  const facts = { luns: luns.length, lunsInFile: plan.lunsInFile, portals: listening.length, portalsInFile: asked.size }
  const what = `serving ${luns.length} of ${plan.lunsInFile} LUNs at ${listening.length} of ${asked.size} portals`
  if (luns.length === plan.lunsInFile && listening.length === asked.size) log.info(facts, what)
  else log.warn({ ...facts, missing }, what)
}

function missingOf(
  target: string,
  group: GroupPlan,
  { disks, isOpen }: { readonly disks: OpenDisks; readonly isOpen: boolean },
): readonly object[] {
  const { tag } = group
  const closed = group.luns.filter(({ storage }) => !isOpen || !disks.has(storage))
  return [
    ...group.unserved.map(unserved => ({ target, tag, ...unserved })),
    ...closed.map(({ lun, storage }) => {
      return {
        target,
        tag,
        lun,
        storage,
        why: disks.has(storage) ? 'no portal of it is open' : 'its disk could not be opened',
      }
    }),
  ]
}
