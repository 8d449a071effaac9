import type { StoragePlan, UnitAttributesPlan } from '@lunkit/config'
import {
  layered,
  type Storage,
  type Store,
  type UnitAttributes,
  type Verification,
  verified,
  writeProtected,
} from 'lunkit'
import type { Logger } from '../log/logger.ts'
import { passesThrough, pluginOf } from '../plugins/plugins.ts'
import type { KeptFault } from '../state/flush-faults.ts'
import type { MountMemory } from '../state/mount-memory.ts'
import type { Mount } from '../state/mount-table.ts'
import { whyOf } from '../why.ts'
import type { DiskFaults } from './disk-faults.ts'
import { layerRules } from './disk-layers.ts'
import { keptFaultWords } from './fault-words.ts'
import { given } from './given.ts'
import { operationLog } from './operation-log.ts'

/** What configurations count in where they say no block size. */
const SECTOR_BYTES = 512

/** What is known of disks when they are opened. */
export interface DiskKnowledge {
  readonly log: Logger
  readonly mounts: MountMemory
  readonly faults: DiskFaults
  /** Is told that a disk was opened. */
  readonly opened?: () => void
  /** Why some cannot be disks, by key, as a look at their files tells. */
  readonly refused: ReadonlyMap<string, string>
}

/** A disk of a plan, which has its serial number, as it is opened. */
export function diskStorage(plan: StoragePlan, knowledge: DiskKnowledge): Storage {
  const { log, mounts, faults, refused, opened } = knowledge
  const { makeSerial } = pluginOf(plan).open(plan, { mayCreate: true })
  const { attributes: _, ...identity } = plan.unit
  const { serial } = identity
  const disk: Storage = {
    name: plan.name,
    ...(makeSerial && { makeSerial }),
    unit: store => ({ identity: given(identity), attributes: attributesOf(plan, store, log) }),
    async open(resources) {
      const why = refused.get(plan.key)
      if (why !== undefined) throw new Error(why)
      const missing = isOnMount(plan) ? await mounts.missingFor(plan.file ?? '') : undefined
      const own = serial ?? (await ownSerial(makeSerial))
      const fault = own === undefined ? undefined : faults.of(own)
      const flushFailure = fault && { cause: fault.cause }
      try {
        const plain = pluginOf(plan).open(plan, { mayCreate: missing === undefined, flushFailure })
        const medium = plan.layers.verify === true ? verified(plain, verificationOf(plan, own)) : plain
        const store = await (plan.readOnly ? writeProtected(medium) : medium).open(resources)
        if (fault && store.flushFailure) logFault(log, plan, fault)
        opened?.()
        return store
      } catch (error) {
        throw missing === undefined ? error : withMount(error, missing)
      }
    },
  }
  return layered(disk, layerRules(plan.layers, operationLog(log, plan)))
}

/** Where its checksums are, and whose they are. @throws {Error} where it does not say. */
function verificationOf({ key, plugin, file, unit, layers }: StoragePlan, serial: string | undefined): Verification {
  if (file === undefined) throw new Error(`${key} is in memory: there is nothing that verify could compare it with`)
  const beside = plugin === 'fileio' ? `${file}.verify` : undefined
  const path = layers.verify_path ?? beside
  if (path === undefined) throw new Error(`${key} is a device: verify_path says in which file its checksums are`)
  const { blockSizeBytes } = unit.attributes
  return { path, identity: serial ?? key, ...(blockSizeBytes !== undefined && { blockBytes: blockSizeBytes }) }
}

/** The serial number that a disk makes for itself; undefined where it makes none, or there is no file that it could be made of. */
const ownSerial = async (make: Storage['makeSerial']): Promise<string | undefined> => make?.().catch(() => undefined)

/** The address of a device is no path. */
const isOnMount = (plan: StoragePlan): boolean => plan.file !== undefined && !passesThrough(plan)

function logFault(log: Logger, { key: disk, path: at }: StoragePlan, fault: KeptFault): void {
  log.error(
    { event: 'diskFaultKept', disk, at, fault },
    `${disk}: ${keptFaultWords(fault)}. Find the cause, and check what is on the disk before you clear it`,
  )
}

/** Whatever the system said: nothing was created because of the mount. */
function withMount(error: unknown, { mountPoint, source, fileSystem }: Mount): Error {
  const why = `${mountPoint} was a mount before (${source}, ${fileSystem}) and is none now, so that nothing is created there`
  return new Error(`${whyOf(error)}. ${why}`, { cause: error })
}

/** What the unit is told. Thin provisioning that the store cannot do is merely missing: it is served without. */
function attributesOf(plan: StoragePlan, store: Store, log: Logger): Partial<UnitAttributes> {
  const { unit, key, path } = plan
  const { attributes } = unit
  const { emulateTpu, emulateTpws, unmapZeroesData } = attributes
  const { discard, discardsToZeroes } = store.features
  // A unit that is write protected has no less for it, as in LIO: UNMAP is refused as a write is. What a device can do it says itself.
  if (plan.readOnly || store.device !== undefined) return known(attributes, store)
  if ((emulateTpu || emulateTpws) && !discard)
    log.warn(
      { event: 'diskWithoutUnmap', disk: key, at: path },
      `${key} is served without UNMAP: ${store.geometry ? 'its device' : 'its file system'} cannot give space back`,
    )
  return {
    ...known(attributes, store),
    emulateTpu: emulateTpu && discard,
    emulateTpws: emulateTpws && discard,
    unmapZeroesData: unmapZeroesData && discard && discardsToZeroes,
  }
}

const known = (attributes: UnitAttributesPlan, store: Store): Partial<UnitAttributes> => ({
  ...given<[Unknown] extends [never] ? UnitAttributesPlan : never>(attributes),
  ...optimum(attributes, store),
})

/** It was counted in sectors where the configuration leaves the blocks to the device. */
function optimum({ blockSizeBytes, optimalSectors }: UnitAttributesPlan, { geometry }: Store): Partial<UnitAttributes> {
  const deviceBytes = geometry?.blockBytes ?? SECTOR_BYTES
  if (blockSizeBytes !== undefined || optimalSectors === undefined || deviceBytes <= SECTOR_BYTES) return {}
  return { optimalSectors: Math.floor((optimalSectors * SECTOR_BYTES) / deviceBytes) }
}

/** What the configuration sets and no unit has does not compile. */
type Unknown = Exclude<keyof UnitAttributesPlan, keyof UnitAttributes>
