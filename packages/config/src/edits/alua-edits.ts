import type { Json } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { storageObjectName } from '../names.ts'
import { meaningOf, own } from '../schema/kind.ts'
import { textIn } from '../schema/lenient.ts'
import { aluaAttributes, DEFAULT_ALUA_GROUP } from '../tables/alua-attributes.ts'
import { aluaGroupAt, aluaListOf, aluaNameOf, groupIndex, newGroup } from './alua-place.ts'
import type { Draft } from './draft.ts'
import { withMember, withoutMember } from './draft.ts'
import type { GivenValues } from './edit.ts'
import { edit, someNumber, someText, someValues } from './edit.ts'
import { EditError, EditFault } from './edit-error.ts'
import { attributeNumbers } from './given-values.ts'
import { withEach, withList } from './kept-list.ts'
import type { StoragePlace } from './storage-place.ts'
import { namesStorage, setStorage, storageAt } from './storage-place.ts'
import { changeEachTpg } from './target-place.ts'
import { treePath } from './tree-path.ts'

const MOST_TAG = 65_535
/** `alua_access_status` of a state that an administrator has set. */
const ALTERED_BY_TARGET = 2

function create(
  draft: Draft,
  place: StoragePlace,
  { name, tag }: { readonly name: string; readonly tag: number },
): void {
  const path = treePath.alua(place.key, name)
  if (textIn(place.object, 'plugin') === 'pscsi')
    throw new EditError(EditFault.invalid, {
      path,
      wrong: 'cannot be',
      right: 'a storage object that no commands are passed through to',
    })
  if (meaningOf(storageObjectName, name) === undefined)
    throw new EditError(EditFault.invalid, { path, wrong: 'cannot have that name', right: storageObjectName.right })
  if (tag < 1 || tag > MOST_TAG)
    throw new EditError(EditFault.invalid, {
      path,
      wrong: `cannot have tag ${tag}`,
      right: `a number from 1 to ${MOST_TAG}`,
    })
  const groups = aluaListOf(place)
  if (name === DEFAULT_ALUA_GROUP || groups.some(group => aluaNameOf(group) === name))
    throw new EditError(EditFault.exists, { path, wrong: 'exists', right: 'another name' })
  if (groups.some(group => isJsonObject(group) && own(group, 'tg_pt_gp_id') === tag))
    throw new EditError(EditFault.exists, {
      path,
      wrong: `cannot have tag ${tag}, which another has`,
      right: 'another tag',
    })
  setStorage(draft, place, { ...place.object, alua_tpgs: [...groups, newGroup(name, tag)] })
  draft.made.push(path)
}

/** A LUN of a group that goes is in the default one. */
function leaveGroup(draft: Draft, key: string, name: string): void {
  const change = (lun: Json): Json =>
    isJsonObject(lun) && namesStorage(lun, key) && own(lun, 'alua_tg_pt_gp_name') === name
      ? { ...lun, alua_tg_pt_gp_name: DEFAULT_ALUA_GROUP }
      : lun
  changeEachTpg(draft, tpg => withList(tpg, 'luns', luns => withEach(luns, change)))
}

/** An ALUA group of a storage object. */
export interface GroupAt {
  readonly storage_object: string
  readonly name: string
}

/** The changes of ALUA groups. */
export const aluaEdits = {
  createAluaGroup: edit<GroupAt & { readonly tag: number }>(
    'an ALUA target port group of a storage object',
    { storage_object: someText, name: someText, tag: someNumber },
    (draft, { storage_object, ...group }) => create(draft, storageAt(draft, storage_object), group),
  ),
  deleteAluaGroup: edit<GroupAt>(
    'takes an ALUA group away; its LUNs are in the default one then',
    { storage_object: someText, name: someText },
    (draft, { storage_object, name }) => {
      const place = storageAt(draft, storage_object)
      const path = treePath.alua(place.key, name)
      if (name === DEFAULT_ALUA_GROUP)
        throw new EditError(EditFault.readOnly, { path, wrong: 'cannot be deleted', right: 'another group' })
      const index = groupIndex(place, name)
      setStorage(draft, place, { ...place.object, alua_tpgs: withoutMember(aluaListOf(place), index) })
      leaveGroup(draft, place.key, name)
    },
  ),
  setAluaGroup: edit<GroupAt & { readonly values: GivenValues }>(
    'values of an ALUA group',
    { storage_object: someText, name: someText, values: someValues },
    (draft, { storage_object, name, values }) => {
      const place = storageAt(draft, storage_object)
      const numbers = attributeNumbers(aluaAttributes, values, { path: treePath.alua(place.key, name) })
      const status = numbers.alua_access_state === undefined ? {} : { alua_access_status: ALTERED_BY_TARGET }
      const groups = aluaListOf(place)
      const index = groups.findIndex(group => aluaNameOf(group) === name)
      const changed = { ...aluaGroupAt(place, name), ...status, ...numbers }
      const alua_tpgs = index < 0 ? [...groups, changed] : withMember(groups, index, changed)
      setStorage(draft, place, { ...place.object, alua_tpgs })
    },
  ),
} as const
