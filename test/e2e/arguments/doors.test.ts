import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { doors } from './doors.ts'

/** The doors whose arguments are tried in this directory. */
const tried = readdirSync(new URL('.', import.meta.url))
  .filter(file => file.endsWith('.test.ts'))
  .flatMap(file => [
    ...readFileSync(new URL(file, import.meta.url), 'utf8').matchAll(/^describeArguments\('([^']+)'/gm),
  ])
  .map(([, door]) => door)

it('every door of every package has a table of bad arguments, and only those', () => {
  expect(new Set(tried)).toEqual(new Set(doors))
})
