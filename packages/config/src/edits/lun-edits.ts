import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { normalizeIscsiName } from '../names.ts'
import { textIn } from '../schema/lenient.ts'
import { DEFAULT_ALUA_GROUP } from '../tables/alua-attributes.ts'
import { SERVED_LUNS } from '../tables/lun-numbers.ts'
import { aluaGroupsOf } from './alua-place.ts'
import type { Draft } from './draft.ts'
import { withMember } from './draft.ts'
import { edit, optionalFlag, optionalNumber, someNumber, someText, takesTpg } from './edit.ts'
import { EditError, EditFault, notThere } from './edit-error.ts'
import { newAlias } from './edit-sources.ts'
import { removeLuns } from './lun-removal.ts'
import { namesStorage, storageAt } from './storage-place.ts'
import { changeTpg, freeNumber, listOfTpg, mappedLunsOf, numberIn, tpgAt } from './target-place.ts'
import type { AclAt, TpgAt } from './tree-path.ts'
import { normalTpg, treePath } from './tree-path.ts'

/** A LUN of a TPG. */
export interface LunAt extends TpgAt {
  readonly lun: number
}

const takesLun = { ...takesTpg, lun: someNumber } as const

/** @throws {EditError} for a number that initiators would take for another one. */
export function checkNumber(number: number, path: string): void {
  if (number < SERVED_LUNS) return
  const right = `a number from 0 to ${SERVED_LUNS - 1}`
  throw new EditError(EditFault.invalid, { path, wrong: `cannot be LUN ${number}`, right })
}

/** Makes a LUN. @returns its number. @throws {EditError} for what cannot be one. */
export function addLun(
  draft: Draft,
  at: TpgAt,
  { storage_object, lun }: { readonly storage_object: string; readonly lun?: number },
): number {
  const { key, object } = storageAt(draft, storage_object)
  const luns = listOfTpg(tpgAt(draft, at).object, 'luns', at)
  const index = lun ?? freeNumber(luns)
  const path = treePath.lun(at, index)
  checkNumber(index, path)
  const same = luns.find(each => namesStorage(each, key))
  if (same !== undefined) {
    const wrong = `cannot be ${key}, which is ${treePath.lun(at, numberIn(same, 'index') ?? 0)} already`
    throw new EditError(EditFault.exists, { path, wrong, right: 'a storage object that the TPG does not have' })
  }
  if (luns.some(each => numberIn(each, 'index') === index))
    throw new EditError(EditFault.exists, {
      path,
      wrong: 'exists',
      right: `another number, such as ${freeNumber(luns)}`,
    })
  // A device that commands are passed through to says itself what it is, as in LIO.
  const group = textIn(object, 'plugin') === 'pscsi' ? null : DEFAULT_ALUA_GROUP
  const added = {
    alias: newAlias(draft.sources),
    alua_tg_pt_gp_name: group,
    index,
    storage_object: treePath.storage(key),
  }
  changeTpg(draft, at, tpg => ({ ...tpg, luns: [...listOfTpg(tpg, 'luns', at), added] }))
  draft.made.push(path)
  return index
}

/** An ACL with a LUN of its TPG mapped to a number. */
export function withMapped(
  acl: JsonObject,
  at: AclAt,
  mapped: { readonly draft: Draft; readonly index: number; readonly lun: number; readonly writeProtected: boolean },
): JsonObject {
  const { draft, index, lun, writeProtected } = mapped
  const added = { alias: newAlias(draft.sources), index, tpg_lun: lun, write_protect: writeProtected }
  draft.made.push(treePath.mappedLun(at, index))
  return { ...acl, mapped_luns: [...mappedLunsOf(acl, at), added] }
}

/** Maps a LUN to every ACL of its TPG: by the same number where it is free, else by the lowest that is. */
function mapToAll(draft: Draft, at: TpgAt, lun: number): void {
  changeTpg(draft, at, tpg => ({
    ...tpg,
    node_acls: listOfTpg(tpg, 'node_acls', at).map((acl): Json => {
      const initiator = isJsonObject(acl) ? textIn(acl, 'node_wwn') : undefined
      if (!isJsonObject(acl) || initiator === undefined) return acl
      const place = { ...at, initiator: normalizeIscsiName(initiator) }
      const mapped = mappedLunsOf(acl, place)
      const index = mapped.some(each => numberIn(each, 'index') === lun) ? freeNumber(mapped) : lun
      return withMapped(acl, place, { draft, index, lun, writeProtected: false })
    }),
  }))
}

/** The place of a LUN in the list of its TPG. */
function lunIndex(draft: Draft, { lun, ...at }: LunAt): number {
  const index = listOfTpg(tpgAt(draft, at).object, 'luns', at).findIndex(each => numberIn(each, 'index') === lun)
  if (index < 0) throw notThere(treePath.lun(at, lun), 'a LUN')
  return index
}

/** A LUN that is to be. */
export interface NewLun extends TpgAt {
  readonly storage_object: string
  readonly lun?: number
  readonly add_mapped_luns?: boolean
}

/** The changes of LUNs. */
export const lunEdits = {
  createLun: edit<NewLun>(
    'a storage object as a LUN of a TPG, mapped to each of its ACLs; without a number it gets the lowest that is free',
    { ...takesTpg, storage_object: someText, lun: optionalNumber, add_mapped_luns: optionalFlag },
    (draft, { add_mapped_luns = true, storage_object, lun, ...given }) => {
      const at = normalTpg(given)
      const number = addLun(draft, at, { storage_object, ...(lun !== undefined && { lun }) })
      if (add_mapped_luns) mapToAll(draft, at, number)
    },
  ),
  deleteLun: edit<LunAt>('takes a LUN away, with what is mapped of it', takesLun, (draft, given) => {
    const { lun, ...at } = normalTpg(given)
    lunIndex(draft, { ...at, lun })
    removeLuns(draft, at, new Set([lun]))
  }),
  setLunAlua: edit<LunAt & { readonly alua_tg_pt_gp_name: string }>(
    'the ALUA group that a LUN is in',
    { ...takesLun, alua_tg_pt_gp_name: someText },
    (draft, { alua_tg_pt_gp_name, ...given }) => {
      const { lun, ...at } = normalTpg(given)
      const index = lunIndex(draft, { ...at, lun })
      const luns = listOfTpg(tpgAt(draft, at).object, 'luns', at)
      const object = luns[index] as JsonObject
      const groups = aluaGroupsOf(storageAt(draft, textIn(object, 'storage_object') ?? ''))
      if (!groups.includes(alua_tg_pt_gp_name)) {
        const path = treePath.lun(at, lun)
        const wrong = `cannot be in the ALUA group ${JSON.stringify(alua_tg_pt_gp_name)}`
        throw new EditError(EditFault.notFound, { path, wrong, right: `one of ${groups.join(', ')}` })
      }
      changeTpg(draft, at, tpg => ({ ...tpg, luns: withMember(luns, index, { ...object, alua_tg_pt_gp_name }) }))
    },
  ),
} as const
