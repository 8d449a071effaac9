import type { Load } from './load.ts'
import type { Reading } from './reading.ts'
import type { Sample } from './sample.ts'

type Lun = Reading['inventory']['luns'][number]
type Mapping = Reading['inventory']['mappings'][number]

/** A LUN, where it is served, and what is done there. */
export interface LunRow extends Lun {
  /** Its kind: fileio. */
  readonly store: string
  readonly name: string
  readonly mappings: readonly Mapping[]
  /** Undefined: nobody knows. */
  readonly load: Load | undefined
}

/** Every LUN. */
export function lunRows({ reading, loads }: Pick<Sample, 'reading' | 'loads'>): readonly LunRow[] {
  const { luns = [], mappings = [] } = reading?.inventory ?? {}
  const served = Map.groupBy(mappings, ({ lun }) => lun)
  return luns.map(each => {
    const [store = '', name = ''] = each.lun.split(/\/(.*)/s)
    return { ...each, store, name, mappings: served.get(each.lun) ?? [], load: loads?.units.get(each.lun) }
  })
}

/** Where a LUN is served, as it is written in a path of the tree. */
export const mappingPath = ({ target, tpg, number }: Mapping): string => `${target}/tpg${tpg}/lun${number}`

/** Whether something is wrong with a LUN. */
export const isWrong = ({ state }: Lun): boolean => state === 'faulted' || state === 'deactivated'

/** Whether a LUN is one that is looked for, by its name, its serial number, its NAA or where it is served. */
export function isFound(row: LunRow, { find, state }: { readonly find: string; readonly state: string }): boolean {
  if (state === 'wrong' ? !isWrong(row) : state !== '' && row.state !== state) return false
  const wanted = find.toLowerCase()
  const has = (text: string): boolean => text.toLowerCase().includes(wanted)
  return wanted === '' || [row.lun, row.serial, row.naa].some(has) || row.mappings.some(each => has(mappingPath(each)))
}
