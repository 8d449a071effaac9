import { lunsOf, type ServedConfig, storesOf } from '../harness/save-config.ts'
import { isUnderLoad } from './unit-plan.ts'

/** The descriptors of a file: one of them reads what needs no lane. */
export const FILE_DESCRIPTORS = 2
/** Who comes without an ACL, and what those had that have gone, at each unit. */
const NEXUS_ROWS_OF_A_LUN = 3

/** What of lunkitd's descriptors and rows is there for what edits have made, beside the units under load. */
export function ownHandles(served: ServedConfig): { files: number; own: number; nexusesAtMost: number } {
  const stores = storesOf(served).filter(({ name }) => !isUnderLoad(name))
  const files = stores.filter(({ plugin }) => plugin === 'fileio').length
  const all = [served, ...(served.others ?? [])]
  const targets = all.filter(({ enabled }) => enabled !== false)
  const portals = new Set(targets.flatMap(({ moreAddresses = [] }) => moreAddresses)).size
  const nexusesAtMost = all.reduce(
    (sum, target) => sum + 1 + lunsOf(target).size * (NEXUS_ROWS_OF_A_LUN + (target.initiators?.length ?? 0)),
    0,
  )
  const own = stores.length + files + portals + all.length
  return { files: portals + FILE_DESCRIPTORS * files, own, nexusesAtMost }
}
