import type { StoragePlan, UnitAttributesPlan } from '@lunkit/config'
import { type Disk, type DiskServer, type Storage, type Store, type UnitAttributes } from 'lunkit'
import type { Logger } from 'pino'
import { pluginOf } from '../plugins/plugins.ts'
import type { Mount } from '../state/mount-table.ts'
import type { OpenDisks } from './open-disks.ts'
import type { Start } from './start.ts'
import { logDisk } from './summary.ts'

/** Opens the disks of a plan. One that cannot be opened is named in one error line; the others are served without it. */
export async function openDisks(plans: readonly StoragePlan[], server: DiskServer, start: Start): Promise<OpenDisks> {
  const disks = new Map<string, Disk>()
  for (const plan of plans) {
    if (start.ending.aborted) break
    const disk = await openDisk(plan, server, start)
    if (disk) disks.set(plan.key, disk)
  }
  await start.mounts.save()
  return disks
}

async function openDisk(plan: StoragePlan, server: DiskServer, start: Start): Promise<Disk | undefined> {
  const { log, mounts } = start
  const missing = plan.file === undefined ? undefined : await mounts.missingFor(plan.file)
  try {
    const disk = await server.open(storageOf(plan, start, missing === undefined))
    logDisk(log, plan, disk)
    if (plan.file !== undefined) noteMount(plan.key, await mounts.remember(plan.file), log)
    return disk
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    log.error(
      { disk: plan.key, at: plan.path, err: error },
      `${plan.key} is not served: ${why}${explainMount(missing)}`,
    )
    return undefined
  }
}

function explainMount(missing: Mount | undefined): string {
  if (missing === undefined) return ''
  const { mountPoint, source, fileSystem } = missing
  return `. ${mountPoint} was a mount before (${source}, ${fileSystem}) and is none now, so that nothing is created there`
}

function noteMount(disk: string, before: Mount | undefined, log: Logger): void {
  if (before === undefined) return
  const { mountPoint, source } = before
  const text = `${disk}: its file lies elsewhere than before: it was on the mount ${mountPoint} (${source})`
  log.warn({ disk, mountPoint, source }, text)
}

function storageOf(plan: StoragePlan, { log, serials }: Start, mayCreate: boolean): Storage {
  const storage = pluginOf(plan).open(plan, mayCreate)
  const serial = serials.get(plan.key)?.serial
  const identity = serial === undefined ? {} : { serial }
  return { ...storage, unit: store => ({ identity, attributes: attributesOf(plan, store, log) }) }
}

/** What the unit is told. Thin provisioning that the store cannot do is merely missing: it is served without. */
function attributesOf(plan: StoragePlan, store: Store, log: Logger): Partial<UnitAttributes> {
  const { unit, key, path } = plan
  const { attributes } = unit
  const { emulateTpu, emulateTpws, unmapZeroesData } = attributes
  const { discard, discardsToZeroes } = store.features
  if ((emulateTpu || emulateTpws) && !discard)
    log.warn({ disk: key, at: path }, `${key} is served without UNMAP: its file system cannot give space back`)
  return {
    ...given(attributes),
    emulateTpu: emulateTpu && discard,
    emulateTpws: emulateTpws && discard,
    unmapZeroesData: unmapZeroesData && discard && discardsToZeroes,
  }
}

/** What the configuration sets and no unit has does not compile. */
type Unknown = Exclude<keyof UnitAttributesPlan, keyof UnitAttributes>

/** Without the limits that the administrator does not set: the unit's own defaults hold. */
function given(attributes: UnitAttributesPlan): [Unknown] extends [never] ? Partial<UnitAttributes> : never {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined))
}
