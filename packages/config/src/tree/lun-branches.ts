import { numberIn } from '../edits/target-place.ts'
import type { JsonObject } from '../json/value.ts'
import { textIn } from '../schema/lenient.ts'
import { DEFAULT_ALUA_GROUP } from '../tables/alua-attributes.ts'
import type { Branch } from './branch.ts'
import { counting, eachOf, LEAF } from './branch.ts'
import { storageOfLun } from './exports.ts'
import { indexedBy, membersOf, named } from './name-index.ts'
import { storageOf } from './storage-index.ts'
import type { TpgPlace } from './tpg-place.ts'
import type { Summary } from './tree-node.ts'
import { NodeKind } from './tree-node.ts'

const byNumber = indexedBy({
  namesOf: named(lun => {
    const index = numberIn(lun, 'index')
    return index === undefined ? undefined : `lun${index}`
  }),
})

/** The LUN of a number. */
export const lunOf = ({ tpg }: TpgPlace, number: number): JsonObject | undefined =>
  byNumber(membersOf(tpg, 'luns')).get(`lun${number}`)?.[0]

/** The storage object that a LUN is, where that is there. */
export function storageBehind(
  { document }: TpgPlace,
  lun: JsonObject,
): { key: string; object: JsonObject } | undefined {
  const key = storageOfLun(lun)
  const object = key === undefined ? undefined : storageOf(document, key)
  return key === undefined || object === undefined ? undefined : { key, object }
}

function summaryOf(place: TpgPlace, lun: JsonObject): Summary {
  const storage = storageBehind(place, lun)
  if (storage === undefined) return { summary: 'BROKEN STORAGE LINK', healthy: false }
  const { key, object } = storage
  const dev = textIn(object, 'dev')
  const group =
    textIn(lun, 'alua_tg_pt_gp_name') ?? (textIn(object, 'plugin') === 'pscsi' ? 'None' : DEFAULT_ALUA_GROUP)
  return { summary: `${key} ${dev ? `(${dev}) ` : ''}(${group})`, healthy: true }
}

/** The LUNs of a TPG. */
export const lunsBranch = (place: TpgPlace): Branch =>
  counting(
    NodeKind.luns,
    'LUNs',
    eachOf(
      () => byNumber(membersOf(place.tpg, 'luns')),
      ([lun]) => ({ kind: NodeKind.lun, summary: () => summaryOf(place, lun), info: () => lun, ...LEAF }),
    ),
  )
