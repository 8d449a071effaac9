import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))
/** What the root of our own repository is called: what lies above an installed package is somebody else's. */
const REPOSITORY_NAME = 'lunkit-monorepo'
const COMMIT = /^[0-9a-f]{40,64}$/

/**
 * The commit that a package was built from, which is in its manifest as npm calls it (`gitHead`), or that is checked out where it
 * runs from the repository; undefined: neither is known.
 *
 * @param directory that of the package
 */
export function buildCommit(directory = PACKAGE): string | undefined {
  const { gitHead } = manifestIn(directory)
  if (gitHead !== undefined) return gitHead
  const root = resolve(directory, '../..')
  return manifestIn(root).name === REPOSITORY_NAME ? checkedOut(resolve(root, '.git')) : undefined
}

function manifestIn(directory: string): { readonly name?: string; readonly gitHead?: string } {
  return JSON.parse(textOf(resolve(directory, 'package.json')) || '{}') as { name?: string; gitHead?: string }
}

/** What HEAD says of a repository, or of a work tree beside one, gitrepository-layout(5). */
function checkedOut(git: string): string | undefined {
  const directory = isFile(git) ? textOf(git).replace('gitdir: ', '') : git
  const head = textOf(`${directory}/HEAD`)
  const name = head.startsWith('ref: ') ? head.slice('ref: '.length) : undefined
  const commit = name === undefined ? head : referenced(resolve(directory, textOf(`${directory}/commondir`)), name)
  return COMMIT.test(commit) ? commit : undefined
}

function referenced(directory: string, name: string): string {
  const packed = (): string =>
    textOf(`${directory}/packed-refs`)
      .split('\n')
      .find(line => line.endsWith(` ${name}`)) ?? ''
  return textOf(`${directory}/${name}`) || packed().replace(` ${name}`, '')
}

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true

/** Without the end of its last line; empty where there is none. */
function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trimEnd()
  } catch {
    return ''
  }
}
