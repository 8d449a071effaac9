/** A logical unit as the load sees it. */
export interface UnitPlan {
  readonly lun: number
  readonly name: string
  readonly blocks: number
  readonly blockSizeBytes: number
  /** It is empty again when its process has started anew. */
  readonly volatile: boolean
}

const MIB = 2 ** 20

/** What every host of the soak serves: a file with a write cache, one without, and memory. */
export const UNIT_PLANS: readonly UnitPlan[] = [
  { lun: 0, name: 'write-back', blocks: (64 * MIB) / 4096, blockSizeBytes: 4096, volatile: false },
  { lun: 1, name: 'write-through', blocks: (16 * MIB) / 512, blockSizeBytes: 512, volatile: false },
  { lun: 2, name: 'memory', blocks: (32 * MIB) / 4096, blockSizeBytes: 4096, volatile: true },
]

/** The plan of a LUN. */
export function planOf(lun: number): UnitPlan {
  const plan = UNIT_PLANS.find(each => each.lun === lun)
  if (!plan) throw new Error(`there is no plan of LUN ${lun}`)
  return plan
}

/** Whether a disk of this name is under load. */
export const isUnderLoad = (name: string): boolean => UNIT_PLANS.some(plan => plan.name === name)

/** The length of a unit's medium. */
export const sizeBytes = ({ blocks, blockSizeBytes }: UnitPlan): number => blocks * blockSizeBytes
