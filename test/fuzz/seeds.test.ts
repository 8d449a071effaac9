import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { replay } from './fuzzer.ts'
import type { Seed } from './seed-file.ts'

const DIRECTORY = new URL('seeds/', import.meta.url)
const seeds = readdirSync(DIRECTORY)
  .filter(name => name.endsWith('.json'))
  .map(name => ({ name, seed: JSON.parse(readFileSync(new URL(name, DIRECTORY), 'utf8')) as Seed }))

describe('what the fuzzer found once is not there any more', () => {
  it.each(seeds)('$name', async ({ seed }) => {
    await expect(replay(seed.cases)).resolves.toBeUndefined()
  })

  it('and there are seeds to know it by', () => {
    expect(seeds.length).toBeGreaterThan(0)
  })
})
