import type { ServingPlan } from '@lunkit/config'
import type { DiskSerials } from './found-serials.ts'

/** The plan with the serial numbers in force: a disk that gets the one by the file that it had before is the same disk. */
export function withSerialsInForce(plan: ServingPlan, serials: DiskSerials): ServingPlan {
  const storage = plan.storage.map(disk => {
    const serial = disk.unit.serial ?? serials.get(disk.key)?.serial
    return { ...disk, unit: { ...disk.unit, serial } }
  })
  return { ...plan, storage }
}
