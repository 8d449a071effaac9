import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import { aluaAttributes, DEFAULT_ALUA_GROUP } from '../tables/alua-attributes.ts'
import { Change } from '../tables/row.ts'
import { listOf } from './draft.ts'
import { notThere } from './edit-error.ts'
import type { StoragePlace } from './storage-place.ts'
import { treePath } from './tree-path.ts'

/** The ALUA groups of a storage object as they stand in a file. */
export const aluaListOf = ({ key, object }: StoragePlace): readonly Json[] =>
  listOf(object, { key: 'alua_tpgs', path: treePath.storage(key) })

/** A group's name. */
export const aluaNameOf = (group: Json): string | undefined => {
  const name = isJsonObject(group) ? own(group as JsonObject, 'name') : undefined
  return typeof name === 'string' ? name : undefined
}

/** The names of a storage object's groups, the one that each has included. */
export function aluaGroupsOf(place: StoragePlace): readonly string[] {
  return [...new Set([DEFAULT_ALUA_GROUP, ...aluaListOf(place).flatMap(group => aluaNameOf(group) ?? [])])]
}

/** A group as LIO makes and saves it. */
export function newGroup(name: string, tag: number): JsonObject {
  const rows = Object.entries(aluaAttributes).filter(([, { change }]) => change !== Change.never)
  const values = rows.map(([each, { default: value }]): [string, Json] => [each, value])
  return { ...Object.fromEntries(values), name, tg_pt_gp_id: tag }
}

/** The place of a group. @throws {EditError} where it is not. */
export function groupIndex(place: StoragePlace, name: string): number {
  const index = aluaListOf(place).findIndex(group => aluaNameOf(group) === name)
  if (index < 0) throw notThere(treePath.alua(place.key, name), 'an ALUA group')
  return index
}

/** A group; the one that each storage object has need not be in the file. @throws {EditError} where there is none. */
export function aluaGroupAt(place: StoragePlace, name: string): JsonObject {
  const groups = aluaListOf(place)
  const isImplied = name === DEFAULT_ALUA_GROUP && !groups.some(group => aluaNameOf(group) === name)
  return isImplied ? newGroup(name, 0) : (groups[groupIndex(place, name)] as JsonObject)
}
