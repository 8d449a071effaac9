import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const PACKAGES = new URL('../../../packages/', import.meta.url)

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, unknown>>
}

/** How programs import each door of each package. */
const doors = readdirSync(PACKAGES).flatMap(directory => {
  const { name, exports } = JSON.parse(readFileSync(new URL(`${directory}/package.json`, PACKAGES), 'utf8')) as Manifest
  return Object.keys(exports).map(door => name + door.slice(1))
})

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
