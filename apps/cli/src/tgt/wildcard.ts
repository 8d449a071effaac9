import { readdir } from 'node:fs/promises'
import { join } from 'node:path'

const WILD = /[*?[\]{}]/
const SPECIAL = /[\\^$.|+()]/g

/** Whether a path stands for others. */
export const isWild = (path: string): boolean => WILD.test(path)

/** A part of a path between slashes, as glob(7) has it. @throws {SyntaxError} for what is none, such as `[z-a]`. */
function partPattern(part: string): RegExp {
  const text = part
    .replaceAll(SPECIAL, String.raw`\$&`)
    .replaceAll('[!', '[^')
    .replaceAll(/\*+/g, '[^/]*')
    .replaceAll('?', '[^/]')
    .replaceAll(/\{([^{}]*)\}/g, (_whole, words: string) => `(?:${words.replaceAll(',', '|')})`)
  return new RegExp(`^${text}$`)
}

/** What a directory has that is not hidden, or all where it is asked for hidden ones; nothing where it cannot be read. */
async function namesIn(directory: string, part: string): Promise<readonly string[]> {
  const pattern = partPattern(part)
  const names = await readdir(directory).catch(() => [])
  return names.filter(name => pattern.test(name) && (part.startsWith('.') || !name.startsWith('.')))
}

/**
 * The paths that an absolute one with wildcards stands for, in order.
 * @throws {SyntaxError} where it cannot be read.
 */
export async function pathsLike(path: string): Promise<readonly string[]> {
  let found: readonly string[] = ['/']
  for (const part of path.split('/').filter(each => each !== '')) {
    const below = isWild(part)
      ? await Promise.all(found.map(async above => (await namesIn(above, part)).map(name => join(above, name))))
      : [found.map(above => join(above, part))]
    found = below.flat()
  }
  return found.toSorted()
}
