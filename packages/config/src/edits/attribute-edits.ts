import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { lunkitKind } from '../saveconfig.ts'
import { meaningOf, own } from '../schema/kind.ts'
import { number, textIn } from '../schema/lenient.ts'
import { storageAttribute } from '../storage-attribute.ts'
import { settingsOf } from '../storage-setting.ts'
import { aclAttributes, tpgAttributes } from '../tables/access-attributes.ts'
import { attributesOfPlugin } from '../tables/passed-through.ts'
import type { StorageAttribute } from '../tables/storage-attributes.ts'
import { storageAttributes } from '../tables/storage-attributes.ts'
import { MAX_BLOCKS_PER_PHYSICAL_BLOCK } from '../tables/storage-settings.ts'
import type { TpgParameter } from '../tables/tpg-parameters.ts'
import { allowedParameter, tpgParameters } from '../tables/tpg-parameters.ts'
import { withinBackend } from './backend-limits.ts'
import type { Draft } from './draft.ts'
import { objectIn } from './draft.ts'
import type { GivenValues } from './edit.ts'
import { edit, someText, someValues, takesAcl, takesTpg } from './edit.ts'
import { EditError, EditFault } from './edit-error.ts'
import { attributeNumbers, checkName } from './given-values.ts'
import type { StoragePlace } from './storage-place.ts'
import { exportedAs, holderOf, setStorage, storageAt } from './storage-place.ts'
import { changeAcl, changeTpg } from './target-place.ts'
import type { AclAt, TpgAt } from './tree-path.ts'
import { normalAcl, normalTpg, treePath } from './tree-path.ts'

/** An object with values set in the object under one of its keys. */
function withValues(
  object: JsonObject,
  { key, values, path }: { readonly key: string; readonly values: JsonObject; readonly path: string },
): JsonObject {
  return { ...object, [key]: { ...objectIn(object, { key, path }), ...values } }
}

function setStorageAttributes(draft: Draft, storage_object: string, values: GivenValues): void {
  const place = storageAt(draft, storage_object)
  const { key, object } = place
  const path = treePath.storage(key)
  const holder = holderOf(object)
  const names = attributesOfPlugin(holder.plugin)
  if (names !== undefined) for (const name of Object.keys(values)) checkName(name, names, path)
  const inForce = (name: string) => storageAttribute(holder, name as StorageAttribute)
  const numbers = attributeNumbers(storageAttributes, values, { path, usedBy: exportedAs(draft, key), inForce })
  if (numbers.emulate_write_cache === 1 && holder.plugin === 'block')
    throw new EditError(EditFault.readOnly, {
      path,
      wrong: 'cannot change emulate_write_cache',
      right: 'what its device has',
    })
  checkBlock(draft, place, numbers.block_size as number | undefined)
  const changed = withValues(object, { key: 'attributes', values: withinBackend(numbers, { holder, path }), path })
  setStorage(draft, place, withCache(changed, numbers.emulate_write_cache))
}

/** LIO saves `write_back` as its attribute is; what is restored of a file that says two things is the attribute. */
const withCache = (object: JsonObject, cache: Json | undefined): JsonObject =>
  cache === undefined || own(object, 'write_back') === undefined ? object : { ...object, write_back: cache === 1 }

/** A block must fit into its disk, and into what is best read and written whole. */
function checkBlock(draft: Draft, { key, object }: StoragePlace, bytes: number | undefined): void {
  if (bytes === undefined) return
  const path = treePath.storage(key)
  const size = meaningOf(number(0, Number.MAX_SAFE_INTEGER), own(object, 'size') ?? null)
  if (size !== undefined && size > 0 && size < bytes)
    throw new EditError(EditFault.invalid, {
      path,
      wrong: `cannot have block_size=${bytes}: it has ${size} bytes`,
      right: 'a smaller block',
    })
  const lunkit = own(draft.document, 'lunkit')
  const settings = isJsonObject(lunkit) ? meaningOf(lunkitKind, lunkit) : undefined
  const { physical_block_size: whole } = settingsOf(settings).own.get(key) ?? {}
  if (whole === undefined || (whole >= bytes && whole <= bytes * MAX_BLOCKS_PER_PHYSICAL_BLOCK)) return
  const wrong = `cannot have block_size=${bytes}: its physical_block_size is ${whole}`
  throw new EditError(EditFault.invalid, { path, wrong, right: 'a block that it is a multiple of' })
}

/** LIO takes None off the list of methods where authentication is demanded, and puts it there where it is not. */
function methodsFor(parameters: JsonObject, authentication: number): JsonObject {
  const given = textIn(parameters, 'AuthMethod')
  if (given === undefined) return parameters
  const others = given.split(',').filter(method => method !== 'None')
  const methods = authentication === 1 ? others : [...others, 'None']
  return { ...parameters, AuthMethod: methods.length === 0 ? 'CHAP' : methods.join(',') }
}

function setTpgAttributes(draft: Draft, at: TpgAt, values: GivenValues): void {
  const path = treePath.tpg(at)
  const numbers = attributeNumbers(tpgAttributes, values, { path })
  changeTpg(draft, at, tpg => {
    const changed = withValues(tpg, { key: 'attributes', values: numbers, path })
    const { authentication } = numbers
    if (authentication === undefined || own(changed, 'parameters') === undefined) return changed
    return {
      ...changed,
      parameters: methodsFor(objectIn(changed, { key: 'parameters', path }), authentication as number),
    }
  })
}

function setTpgParameters(draft: Draft, at: TpgAt, values: GivenValues): void {
  const path = treePath.tpg(at)
  const texts = Object.entries(values).map(([name, value]): [string, string] => {
    checkName(name, Object.keys(tpgParameters), path)
    const text = allowedParameter(name as TpgParameter, value)
    if (text !== undefined) return [name, text]
    const { values: right } = tpgParameters[name as TpgParameter]
    throw new EditError(EditFault.invalid, { path, wrong: `cannot have ${name}=${value}`, right })
  })
  changeTpg(draft, at, tpg => withValues(tpg, { key: 'parameters', values: Object.fromEntries(texts), path }))
}

/** The changes of attributes and parameters. */
export const attributeEdits = {
  setStorageAttributes: edit<{ readonly storage_object: string; readonly attributes: GivenValues }>(
    'attributes of a storage object',
    { storage_object: someText, attributes: someValues },
    (draft, { storage_object, attributes }) => setStorageAttributes(draft, storage_object, attributes),
  ),
  setTpgAttributes: edit<TpgAt & { readonly attributes: GivenValues }>(
    'attributes of a TPG',
    { ...takesTpg, attributes: someValues },
    (draft, { attributes, ...at }) => setTpgAttributes(draft, normalTpg(at), attributes),
  ),
  setTpgParameters: edit<TpgAt & { readonly parameters: GivenValues }>(
    'parameters of a TPG: the text keys of a login as they are limited for it',
    { ...takesTpg, parameters: someValues },
    (draft, { parameters, ...at }) => setTpgParameters(draft, normalTpg(at), parameters),
  ),
  setAclAttributes: edit<AclAt & { readonly attributes: GivenValues }>(
    'attributes of an ACL, and of all that have its tag',
    { ...takesAcl, attributes: someValues },
    (draft, { attributes, ...given }) => {
      const at = normalAcl(given)
      const path = treePath.acl(at)
      const values = attributeNumbers(aclAttributes, attributes, { path })
      changeAcl(draft, at, acl => withValues(acl, { key: 'attributes', values, path }))
    },
  ),
} as const
