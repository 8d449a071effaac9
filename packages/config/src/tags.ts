import type { Json } from './json/value.ts'
import { isJsonObject } from './json/value.ts'
import { tagKind } from './saveconfig.ts'
import type { Placed } from './schema/kind.ts'
import { meaningOf, own } from './schema/kind.ts'

/**
 * The tag of each TPG in turn: its own, else the lowest from 1 that none of those before it has, as LIO gives them;
 * undefined where it is none.
 */
export function tpgTags(tpgs: readonly Placed<Json>[]): readonly (number | undefined)[] {
  const tags: (number | undefined)[] = []
  for (const { value } of tpgs) {
    const given = isJsonObject(value) ? own(value, 'tag') : undefined
    tags.push(given === undefined ? freeTag(tags) : meaningOf(tagKind, given))
  }
  return tags
}

/** The lowest tag from 1 that none of these is. */
export function freeTag(tags: readonly (number | undefined)[]): number {
  let free = 1
  while (tags.includes(free)) free++
  return free
}
