import type { Json, JsonObject } from '../json/value.ts'
import { plugins, presentPluginName } from '../plugins/plugins.ts'
import { textIn } from '../schema/lenient.ts'
import type { NameIndex } from './name-index.ts'
import { growingIndex, membersOf, named } from './name-index.ts'

const USER = 'user'

/** Where a storage object stands below /backstores: in its plugin's place, or in that of the program that serves it. */
function placeOf(object: JsonObject): string | undefined {
  const plugin = textIn(object, 'plugin')
  if (plugin !== USER) return plugin && presentPluginName(plugin)
  return `${USER}:${(textIn(object, 'config') ?? '').split('/')[0]}`
}

const byPlace = growingIndex({ namesOf: named(placeOf) })
const byName = growingIndex({ namesOf: named(object => textIn(object, 'name')) })
const NONE: readonly Json[] = []

/** What targetcli shows below /backstores whatever there is. */
const ALWAYS: readonly string[] = Object.keys(plugins).filter(plugin => plugin !== USER)

/** The places below /backstores: those of plugins, and of programs that serve disks. */
export function storagePlaces(document: JsonObject): readonly string[] {
  const { names } = byPlace(membersOf(document, 'storage_objects'))
  return [...new Set([...ALWAYS, ...names])].sort()
}

/** Whether there is such a place. */
export function isStoragePlace(document: JsonObject, name: string): boolean {
  return ALWAYS.includes(name) || byPlace(membersOf(document, 'storage_objects')).get(name) !== undefined
}

/** The storage objects of a place. */
export function storageIn(document: JsonObject, place: string): NameIndex {
  return byName(byPlace(membersOf(document, 'storage_objects')).get(place) ?? NONE)
}

/** The storage object of a key: `fileio/disk0`; of a program's `user/disk0`. */
export function storageOf(document: JsonObject, key: string): JsonObject | undefined {
  const slash = key.indexOf('/')
  const [plugin, name] = [key.slice(0, slash), key.slice(slash + 1)]
  const places = plugin === USER ? storagePlaces(document).filter(each => each.startsWith(`${USER}:`)) : [plugin]
  return places.map(place => storageIn(document, place).get(name)?.[0]).find(found => found !== undefined)
}
