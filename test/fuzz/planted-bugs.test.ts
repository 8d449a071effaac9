import { describe, expect, it } from 'vitest'
import { Area } from './cases/case.ts'
import { type Found, Fuzzer } from './fuzzer.ts'
import { plantedBugs } from './planted-bugs.ts'
import { Shrinking } from './shrinking.ts'
import type { WorldOptions } from './world/world.ts'

/** Two minutes are what a bug may take; the rest is for making it small. */
const FOUND_WITHIN_MS = 120_000
const TIMEOUT_MS = 180_000
/** Cases without a bug in them, in which nothing may be found. */
const CONTROL_CASES = 400

const SESSION_AREAS = [Area.login, Area.fullFeature, Area.cdb]

async function firstFound(
  world: WorldOptions,
  seed: number,
  areas: readonly Area[],
): Promise<{ found: Found | undefined; tookMs: number }> {
  await using fuzzer = new Fuzzer({ seed, areas, world })
  const started = performance.now()
  let found: Found | undefined
  while (!found && performance.now() - started < FOUND_WITHIN_MS) found = await fuzzer.next()
  return { found, tookMs: performance.now() - started }
}

describe('a planted bug is found within two minutes, and made small:', () => {
  it.each(plantedBugs)(
    '$name',
    async ({ name, world, kinds, areas = SESSION_AREAS }) => {
      const { found, tookMs } = await firstFound(world, 20_261_122, areas)
      console.log(`${name}: ${found?.finding.kind} after ${(tookMs / 1000).toFixed(1)} s`)
      expect(found?.finding.kind).toBeOneOf([...kinds])
      const { cases } = found as Found
      const small = await new Shrinking(kinds, world).shrink(cases)
      expect(small?.flatMap(each => each.steps).length).toBeLessThanOrEqual(6)
    },
    TIMEOUT_MS,
  )
})

describe('where nothing is planted', () => {
  it(
    'nothing is found',
    async () => {
      await using fuzzer = new Fuzzer({ seed: 1, areas: Object.values(Area) })
      for (let left = CONTROL_CASES; left > 0; left--) expect((await fuzzer.next())?.finding).toBeUndefined()
    },
    TIMEOUT_MS,
  )
})
