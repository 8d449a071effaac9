import { randomUUID } from 'node:crypto'
import type { StoragePlan } from '@lunkit/config'
import { passesThrough } from '../plugins/plugins.ts'
import { type KeptSerials, kept } from '../state/kept-serials.ts'

/** Where a disk's unit serial number comes from. */
export const SerialOrigin = {
  /** The configuration gives it (`wwn`). */
  given: 'given',
  /** It was made before, and the state has it. */
  kept: 'kept',
  /** It was made now, and the state has it. */
  made: 'made',
  /** It is made of machine and disk, because there is no state. */
  derived: 'derived',
} as const
export type SerialOrigin = (typeof SerialOrigin)[keyof typeof SerialOrigin]

/** The serial number of a disk, and where it comes from. */
export interface DiskSerial {
  /** Undefined: it is made of the file, when that is open. */
  readonly serial: string | undefined
  readonly origin: SerialOrigin
}

/** The serial numbers of disks, by plugin and name. */
export type DiskSerials = ReadonlyMap<string, DiskSerial>

/** Whose serial numbers are asked for. */
export interface SerialsOf {
  readonly plans: readonly StoragePlan[]
  /** The configuration file's absolute path. */
  readonly configuration: string
}

/** A device that commands are passed through to says its own. */
const hasSerial = (plan: StoragePlan): boolean => !passesThrough(plan)

/** The serial numbers as they are to be, before anything is written: those that the state does not have are new. */
export function findSerials({ plans, configuration }: SerialsOf, serials: KeptSerials): DiskSerials {
  return new Map(
    plans.filter(hasSerial).map((plan): [string, DiskSerial] => {
      const given = plan.unit.serial
      if (given !== undefined) return [plan.key, { serial: given, origin: SerialOrigin.given }]
      const known = serials.find(kept(plan, configuration))
      if (known !== undefined) return [plan.key, { serial: known, origin: SerialOrigin.kept }]
      return [plan.key, { serial: randomUUID(), origin: SerialOrigin.made }]
    }),
  )
}
