import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Where the packages are. */
const PACKAGES = fileURLToPath(new URL('../../packages', import.meta.url))

/** What a program imports by a name. */
export interface Door {
  /** `@lunkit/backstores/store` */
  readonly name: string
  /** `@lunkit/backstores` */
  readonly package: string
  /** The file behind it. */
  readonly path: string
  /** What it says of itself, in its first comment. */
  readonly meaning: string
}

/** What is read of a package.json. */
interface Manifest {
  readonly name: string
  readonly exports: Readonly<Record<string, { readonly source: string }>>
}

/** The text of a file's first comment, without the name that it begins with. */
function meaningOf(name: string, path: string): string {
  const [, comment = ''] = /^\/\*\*(.*?)\*\//s.exec(readFileSync(path, 'utf8')) ?? []
  const text = comment.replaceAll(/\n \* ?/g, '\n').trim()
  if (!text.startsWith(`${name}: `)) throw new Error(`${path} does not begin with a comment that says what ${name} is`)
  return text.slice(`${name}: `.length)
}

function doorsOf(directory: string): readonly Door[] {
  const { name, exports } = JSON.parse(readFileSync(`${PACKAGES}/${directory}/package.json`, 'utf8')) as Manifest
  return Object.entries(exports).map(([key, { source }]) => {
    const [door, path] = [name + key.slice(1), `${PACKAGES}/${directory}/${source.slice(2)}`]
    return { name: door, package: name, path, meaning: meaningOf(door, path) }
  })
}

/** Every door of every package that is published. @throws Error where one does not say what it is */
export const doors: readonly Door[] = readdirSync(PACKAGES).flatMap(doorsOf)
