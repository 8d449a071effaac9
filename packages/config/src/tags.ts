import type { Json } from './json/value.ts'
import { isJsonObject } from './json/value.ts'
import { tagKind } from './saveconfig.ts'
import type { Placed } from './schema/kind.ts'
import { own } from './schema/kind.ts'
import { Problems } from './schema/problem.ts'

/**
 * The tag of each TPG in turn: its own, else the lowest from 1 that none of those before it has, as LIO gives them;
 * undefined where it is none.
 */
export function tpgTags(tpgs: readonly Placed<Json>[]): readonly (number | undefined)[] {
  const tags: (number | undefined)[] = []
  for (const { value, path } of tpgs) {
    const given = isJsonObject(value) ? own(value, 'tag') : undefined
    let free = 1
    while (tags.includes(free)) free++
    tags.push(given === undefined ? free : tagKind.read(given, { path, notes: new Problems() }))
  }
  return tags
}
