import { flag, required } from '@lunkit/wire'
import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { isIscsiName } from '../names.ts'
import { own } from '../schema/kind.ts'
import { textIn } from '../schema/lenient.ts'
import { someNames } from '../some-names.ts'
import type { Draft } from './draft.ts'
import { withKeys } from './draft.ts'
import { edit, optionalFlag, someNumber, someText, takesAcl, takesTpg } from './edit.ts'
import { EditError, EditFault, notThere } from './edit-error.ts'
import { copyLogin, forgetLogins } from './login-place.ts'
import { addLun, checkNumber, withMapped } from './lun-edits.ts'
import { newIscsiName } from './new-name.ts'
import { namesStorage, storageKey } from './storage-place.ts'
import { aclAt, changeAcl, changeTpg, isAclOf, listOfTpg, mappedLunsOf, numberIn, tpgAt } from './target-place.ts'
import type { AclAt, TpgAt } from './tree-path.ts'
import { normalAcl, normalTpg, treePath } from './tree-path.ts'

function create(draft: Draft, at: AclAt, addMappedLuns: boolean): void {
  const { object } = tpgAt(draft, at)
  const path = treePath.acl(at)
  if (listOfTpg(object, 'node_acls', at).some(acl => isJsonObject(acl) && isAclOf(acl, at.initiator)))
    throw new EditError(EditFault.exists, { path, wrong: 'exists', right: 'another initiator' })
  draft.made.push(path)
  const numbers = listOfTpg(object, 'luns', at).flatMap(lun => numberIn(lun, 'index') ?? [])
  const empty: JsonObject = { attributes: {}, mapped_luns: [], node_wwn: at.initiator }
  const acl = (addMappedLuns ? numbers : []).reduce(
    (found, lun) => withMapped(found, at, { draft, index: lun, lun, writeProtected: false }),
    empty,
  )
  changeTpg(draft, at, tpg => ({ ...tpg, node_acls: [...listOfTpg(tpg, 'node_acls', at), acl] }))
}

/** The number of the TPG's LUN that `lun0`, `0` or a storage object names; the storage object becomes one where it is none. */
function tpgLun(draft: Draft, at: TpgAt, named: string): number {
  const luns = listOfTpg(tpgAt(draft, at).object, 'luns', at)
  const digits = /^(?:lun)?([0-9]{1,5})$/.exec(named)?.[1]
  const key = digits === undefined ? storageKey(named) : undefined
  const found = luns.find(lun =>
    key === undefined ? numberIn(lun, 'index') === Number(digits) : namesStorage(lun, key),
  )
  if (found !== undefined) return numberIn(found, 'index') ?? 0
  if (key !== undefined) return addLun(draft, at, { storage_object: named })
  const known = luns.flatMap(lun => numberIn(lun, 'index') ?? []).map(index => `lun${index}`)
  throw new EditError(EditFault.notFound, {
    path: treePath.lun(at, Number(digits)),
    wrong: 'is not there',
    right: known.length === 0 ? 'a storage object: the TPG has no LUN' : `one of ${someNames(known)}`,
  })
}

/** A LUN that an initiator is to see. */
export interface NewMappedLun extends AclAt {
  readonly mapped_lun: number
  readonly tpg_lun_or_backstore: string
  readonly write_protect?: boolean
}

/** A LUN as an initiator sees it. */
export interface MappedLunAt extends AclAt {
  readonly mapped_lun: number
}

/** Puts others in the place of a mapped LUN, for all that have the tag of its ACL. */
function changeMapped(
  draft: Draft,
  { mapped_lun, ...at }: MappedLunAt,
  change: (mapped: JsonObject) => readonly Json[],
): void {
  const isIt = (each: Json): each is JsonObject => numberIn(each, 'index') === mapped_lun
  if (!mappedLunsOf(aclAt(draft, at).object, at).some(isIt))
    throw notThere(treePath.mappedLun(at, mapped_lun), 'a mapped LUN')
  const changed = (acl: JsonObject) => mappedLunsOf(acl, at).flatMap(each => (isIt(each) ? change(each) : [each]))
  changeAcl(draft, at, acl => ({ ...acl, mapped_luns: changed(acl) }))
}

/** The keys that ACLs of one tag share. */
const SHARED: readonly string[] = [
  'attributes',
  'chap_userid',
  'chap_password',
  'chap_mutual_userid',
  'chap_mutual_password',
  'mapped_luns',
]

/** Gives an ACL a tag; one that others have makes it like them. */
function tag(draft: Draft, at: AclAt, newTag: string): void {
  const path = treePath.acl(at)
  if (newTag === '' || /[./]/.test(newTag) || isIscsiName(newTag))
    throw new EditError(EditFault.invalid, {
      path,
      wrong: `cannot have the tag ${JSON.stringify(newTag)}`,
      right: 'a name without "." and "/"',
    })
  const acls = listOfTpg(tpgAt(draft, at).object, 'node_acls', at)
  const other = acls.find(acl => isJsonObject(acl) && own(acl, 'tag') === newTag)
  const shared = isJsonObject(other) ? Object.fromEntries(SHARED.map(key => [key, own(other, key)])) : {}
  const { index } = aclAt(draft, at)
  const change = (acl: Json, each: number): Json =>
    each === index ? withKeys(acl as JsonObject, { ...shared, tag: newTag }) : acl
  changeTpg(draft, at, tpg => ({ ...tpg, node_acls: acls.map(change) }))
  const [from, to] = [other, acls[index]].map(acl => (isJsonObject(acl) ? textIn(acl, 'node_wwn') : undefined))
  if (from !== undefined && to !== undefined && from !== to) copyLogin(draft, { ...at, initiator: from }, to)
}

/** The changes of node ACLs and of what is mapped to them. */
export const aclEdits = {
  createAcl: edit<TpgAt & { readonly wwn: string; readonly add_mapped_luns?: boolean }>(
    'what an initiator may do in a TPG; it sees each LUN of the TPG by its number',
    { ...takesTpg, wwn: someText, add_mapped_luns: optionalFlag },
    (draft, { wwn, add_mapped_luns = true, ...given }) => {
      const at = { ...normalTpg(given), initiator: wwn }
      const initiator = newIscsiName(wwn, { path: treePath.acl(at), wrong: 'is no name of an initiator' })
      create(draft, { ...at, initiator }, add_mapped_luns)
    },
  ),
  deleteAcl: edit<AclAt>('takes an ACL away, or all that have a tag', takesAcl, (draft, given) => {
    const at = normalAcl(given)
    aclAt(draft, at)
    const isIt = (acl: Json): acl is JsonObject => isJsonObject(acl) && isAclOf(acl, at.initiator)
    const gone = listOfTpg(tpgAt(draft, at).object, 'node_acls', at).filter(isIt)
    changeTpg(draft, at, tpg => ({ ...tpg, node_acls: listOfTpg(tpg, 'node_acls', at).filter(acl => !isIt(acl)) }))
    for (const acl of gone) forgetLogins(draft, { ...at, initiator: textIn(acl, 'node_wwn') ?? '' })
  }),
  tagAcl: edit<AclAt & { readonly new_tag: string }>(
    'puts an ACL into the group of a tag: its members have the same LUNs, credentials and attributes',
    { ...takesAcl, new_tag: someText },
    (draft, { new_tag, ...given }) => tag(draft, normalAcl(given), new_tag),
  ),
  untagAcl: edit<AclAt>('takes an ACL out of its group, or all that have a tag', takesAcl, (draft, given) => {
    const at = normalAcl(given)
    aclAt(draft, at)
    changeTpg(draft, at, tpg => ({
      ...tpg,
      node_acls: listOfTpg(tpg, 'node_acls', at).map(acl =>
        isJsonObject(acl) && isAclOf(acl, at.initiator) ? withKeys(acl, { tag: undefined }) : acl,
      ),
    }))
  }),
  createMappedLun: edit<NewMappedLun>(
    'a LUN of the TPG as an initiator sees it; a storage object that is no LUN yet becomes one',
    { ...takesAcl, mapped_lun: someNumber, tpg_lun_or_backstore: someText, write_protect: optionalFlag },
    (draft, { mapped_lun: index, tpg_lun_or_backstore, write_protect: writeProtected = false, ...given }) => {
      const at = normalAcl(given)
      const path = treePath.mappedLun(at, index)
      checkNumber(index, path)
      if (mappedLunsOf(aclAt(draft, at).object, at).some(each => numberIn(each, 'index') === index))
        throw new EditError(EditFault.exists, { path, wrong: 'exists', right: 'another number' })
      const lun = tpgLun(draft, at, tpg_lun_or_backstore)
      changeAcl(draft, at, acl => withMapped(acl, at, { draft, index, lun, writeProtected }))
    },
  ),
  setMappedLun: edit<MappedLunAt & { readonly write_protect: boolean }>(
    'whether an initiator may write to a LUN',
    { ...takesAcl, mapped_lun: someNumber, write_protect: required(flag) },
    (draft, { mapped_lun, write_protect, ...given }) => {
      changeMapped(draft, { ...normalAcl(given), mapped_lun }, mapped => [{ ...mapped, write_protect }])
    },
  ),
  deleteMappedLun: edit<MappedLunAt>(
    'takes a LUN from an initiator',
    { ...takesAcl, mapped_lun: someNumber },
    (draft, { mapped_lun, ...given }) => changeMapped(draft, { ...normalAcl(given), mapped_lun }, () => []),
  ),
} as const
