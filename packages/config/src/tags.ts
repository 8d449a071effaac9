import type { Tpg } from './saveconfig.ts'

/** The tag of each TPG in turn: its own, else the lowest from 1 that none of those before it has, as LIO gives them. */
export function tpgTags(tpgs: readonly Tpg[]): readonly number[] {
  const tags: number[] = []
  for (const { tag } of tpgs) {
    let free = 1
    while (tags.includes(free)) free++
    tags.push(tag ?? free)
  }
  return tags
}
