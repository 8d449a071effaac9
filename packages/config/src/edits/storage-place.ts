import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { serviceOf } from '../plugins/plugins.ts'
import { own } from '../schema/kind.ts'
import { textIn } from '../schema/lenient.ts'
import type { AttributeHolder } from '../storage-attribute.ts'
import { storageKeyAt } from '../storage-key.ts'
import type { Draft } from './draft.ts'
import { listOf, withMember } from './draft.ts'
import { EditError, EditFault, notThere } from './edit-error.ts'
import { storageBook } from './storage-book.ts'
import { numberIn, tagsOf } from './target-place.ts'
import { treePath } from './tree-path.ts'

/** A storage object of a document. */
export interface StoragePlace {
  readonly key: string
  readonly index: number
  readonly object: JsonObject
}

/** `fileio/disk0` of what a person writes: `/backstores/fileio/disk0`, or `fileio/disk0`. */
export function storageKey(named: string): string {
  const whole = named.startsWith('/') ? named : `/backstores/${named}`
  const key = storageKeyAt(whole.replace(/\/$/, ''))
  if (key !== undefined) return key
  throw new EditError(EditFault.invalid, {
    path: '/backstores',
    wrong: `has no ${JSON.stringify(named)}`,
    right: 'a storage object by its path, such as /backstores/fileio/disk0',
  })
}

/** The storage object of a key; undefined: there is none. */
export function findStorage(draft: Draft, key: string): StoragePlace | undefined {
  const objects = draft.list('storage_objects')
  const index = storageBook(objects).ofKey(key)
  return index === undefined ? undefined : { key, index, object: objects[index] as JsonObject }
}

/** @throws {EditError} where there is none. */
export function storageAt(draft: Draft, named: string): StoragePlace {
  const key = storageKey(named)
  const place = findStorage(draft, key)
  if (place !== undefined) return place
  throw notThere(treePath.storage(key), 'a storage object')
}

/** Puts another object in the place of one. */
export function setStorage(draft: Draft, { index }: StoragePlace, object: JsonObject): void {
  draft.set('storage_objects', withMember(draft.list('storage_objects'), index, object))
}

/** A storage object, as far as its attributes depend on it. */
export function holderOf(object: JsonObject): AttributeHolder {
  const attributes = own(object, 'attributes')
  return {
    plugin: textIn(object, 'plugin') ?? '',
    write_back: own(object, 'write_back') === true,
    ...(attributes !== undefined && { attributes }),
  }
}

/** Whether commands go to its device as they are. */
export const passesThrough = (object: JsonObject): boolean =>
  serviceOf(textIn(object, 'plugin') ?? '')?.passesThrough === true

/** Whether the `storage_object` of a LUN, or of settings, names the storage object of a key. */
export function namesStorage(member: Json, key: string): boolean {
  const named = isJsonObject(member) ? own(member, 'storage_object') : undefined
  if (typeof named !== 'string' || !named.endsWith(key.slice(key.indexOf('/')))) return false
  return storageKeyAt(named) === key
}

/** The first LUN of any fabric that is the storage object, by its path; undefined: it is exported by none. */
export function exportedAs(draft: Draft, key: string): string | undefined {
  for (const target of draft.list('targets').filter(isJsonObject)) {
    const [fabric, wwn] = ['fabric', 'wwn'].map(each => textIn(target, each))
    const tpgs = listOf(target, { key: 'tpgs', path: `/${fabric}/${wwn}` })
    for (const [at, tpg] of tpgs.entries()) {
      const luns = isJsonObject(tpg) ? listOf(tpg, { key: 'luns', path: `/${fabric}/${wwn}` }) : []
      const lun = luns.find(each => namesStorage(each, key))
      if (lun !== undefined) return `/${fabric}/${wwn}/tpg${tagsOf(tpgs)[at]}/luns/lun${numberIn(lun, 'index')}`
    }
  }
  return undefined
}
