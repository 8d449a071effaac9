import { readdirSync, readFileSync } from 'node:fs'

const PACKAGES = new URL('../../../packages/', import.meta.url)

interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, unknown>>
}

/** How programs import each door of each package. */
export const doors: readonly string[] = readdirSync(PACKAGES)
  .sort()
  .flatMap(directory => {
    const { name, exports } = JSON.parse(
      readFileSync(new URL(`${directory}/package.json`, PACKAGES), 'utf8'),
    ) as Manifest
    return Object.keys(exports).map(door => name + door.slice(1))
  })
