import type { GroupPlan, PortalAddress, ServingPlan, StoragePlan } from '@lunkit/config'
import type { Disk, DiskServer } from 'lunkit'
import { formatBytes } from '../bytes.ts'
import type { ServingGauge } from '../life/daemon-life.ts'
import type { Logger } from '../log/logger.ts'
import { cacheOf } from '../plugins/plugin.ts'
import { pluginOf } from '../plugins/plugins.ts'
import { scsiTypeWords } from '../plugins/scsi-type-words.ts'
import type { OpenDisks } from './open-disks.ts'

/** Says which configuration is served, and what there is of it. */
export function logConfiguration(log: Logger, config: string, plan: ServingPlan): void {
  const counts = { targets: plan.targets.length, disks: plan.storage.length, luns: plan.lunsInFile }
  log.info({ event: 'configuration', config, ...counts }, `configuration ${config}`)
}

/** Says of a disk that is open where it is, and how large. */
export function logDisk(log: Logger, plan: StoragePlan, disk: Disk | undefined): void {
  if (disk?.unit === undefined) return
  if (disk.store.device !== undefined) return logDevice(log, plan, disk.store.device)
  const { blocks, blockSizeBytes: blockBytes } = disk.unit
  const sizeBytes = blocks * blockBytes
  const { key, file, path: at } = plan
  const writeBack = disk.unit.writeCache
  const size = `${formatBytes(sizeBytes)} in ${blocks} blocks of ${blockBytes} bytes`
  log.info(
    { event: 'disk', disk: key, at, file, sizeBytes, blockBytes, writeBack },
    `${key}: ${pluginOf(plan).where(plan)}, ${size}, ${cacheOf({ ...plan, writeBack })}`,
  )
}

function logDevice(log: Logger, plan: StoragePlan, { deviceType }: { readonly deviceType: number }): void {
  const { key, file, path: at, readOnly } = plan
  const what = `${scsiTypeWords(deviceType)}, commands passed through${readOnly ? ', read-only' : ''}`
  log.info({ event: 'disk', disk: key, at, file, deviceType }, `${key}: ${pluginOf(plan).where(plan)}, ${what}`)
}

/** What is being served. */
export interface Served {
  readonly plan: ServingPlan
  readonly disks: OpenDisks
  readonly server: DiskServer
}

/** How long a start took, since Node was started. */
interface StartTimes {
  readonly startMs: number
  /** Of it, until disks were looked at and opened. */
  readonly openingMs: number
}

/** Says how much of the configuration is served, and names each LUN that is not; at a start, how long that took. */
export function logServed({ plan, disks, server }: Served, log: Logger, times?: StartTimes): void {
  const portals = new Portals(server)
  let luns = 0
  const missing: object[] = []
  for (const { name: target, groups } of plan.targets)
    for (const group of groups) {
      const isOpen = portals.isAnyOpen(group)
      const served = isOpen ? group.luns.filter(({ storage }) => disks.has(storage)).length : 0
      luns += served
      if (served < group.luns.length || group.unserved.length > 0)
        missing.push(...missingOf(target, group, { disks, isOpen }))
    }
  const { open, asked } = portals
  const facts = { luns, lunsInFile: plan.lunsInFile, portals: open, portalsInFile: asked, ...times }
  const what = `serving ${luns} of ${plan.lunsInFile} LUNs at ${open} of ${asked} portals`
  if (luns === plan.lunsInFile && open === asked) log.info({ event: 'serving', ...facts }, what)
  else log.warn({ event: 'serving', ...facts, missing }, what)
}

/** How many LUNs are served now, of how many, to how many sessions. */
export function gaugeOf({ plan, disks, server }: Served): ServingGauge {
  const portals = new Portals(server)
  const open = plan.targets.flatMap(({ groups }) => groups.filter(group => portals.isAnyOpen(group)))
  const luns = open.reduce((sum, group) => sum + group.luns.filter(({ storage }) => disks.has(storage)).length, 0)
  return { luns, lunsInFile: plan.lunsInFile, sessions: server.sessionLoads.length }
}

/** Which of the portals that groups have listen; each is asked about once. */
class Portals {
  readonly #server: Pick<DiskServer, 'addressOf'>
  readonly #isOpen = new Map<string, boolean>()

  constructor(server: Pick<DiskServer, 'addressOf'>) {
    this.#server = server
  }

  get asked(): number {
    return this.#isOpen.size
  }

  get open(): number {
    return [...this.#isOpen.values()].filter(Boolean).length
  }

  isAnyOpen({ portals }: GroupPlan): boolean {
    return portals.map(portal => this.#ask(portal)).includes(true)
  }

  #ask(portal: PortalAddress): boolean {
    const key = JSON.stringify(portal)
    const known = this.#isOpen.get(key) ?? this.#server.addressOf(portal) !== undefined
    this.#isOpen.set(key, known)
    return known
  }
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
