import type { ServingPlan, StoragePlan } from '@lunkit/config'
import type { DiskSerials } from './found-serials.ts'

/**
 * Plans with the serial numbers in force: a disk that gets the one by the file that it had before is the same disk. What is the same
 * object in two plans, with the same serial number, is so with that too.
 */
export class PlansInForce {
  readonly #made = new WeakMap<StoragePlan, StoragePlan>()

  of(plan: ServingPlan, serials: DiskSerials): ServingPlan {
    const storage = plan.storage.map(disk => this.#inForce(disk, serials.get(disk.key)?.serial))
    return { ...plan, storage }
  }

  #inForce(disk: StoragePlan, serial: string | undefined): StoragePlan {
    if (serial === undefined || disk.unit.serial !== undefined) return disk
    const known = this.#made.get(disk)
    if (known?.unit.serial === serial) return known
    const made = { ...disk, unit: { ...disk.unit, serial } }
    this.#made.set(disk, made)
    return made
  }
}
