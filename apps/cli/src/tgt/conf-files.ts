import { readFile, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Block, Place } from './conf-text.ts'
import { ConfError, INCLUDE, parseConf } from './conf-text.ts'
import { isWild, pathsLike } from './wildcard.ts'

/** More files, or larger ones, no configuration has. */
const MOST_FILES = 1000
const MOST_BYTES = 16 * 1024 * 1024

/** Reads a targets.conf and all that it includes, each file once. */
class ConfFiles {
  readonly #read = new Set<string>()

  async block(path: string, from: Place): Promise<Block> {
    if (this.#read.has(path)) return { kind: '', name: '', at: from, directives: [], blocks: [] }
    this.#read.add(path)
    if (this.#read.size > MOST_FILES) throw new ConfError(`more than ${MOST_FILES} files are included`, from)
    return this.#included(parseConf(await textOf(path, from), path))
  }

  /** The same with what it includes in its place. */
  async #included(block: Block): Promise<Block> {
    const { directives, blocks, ...own } = block
    const whole = { directives: directives.filter(({ name }) => !isInclude(name)), blocks: [] as Block[] }
    for (const inner of blocks) whole.blocks.push(await this.#included(inner))
    for (const { name, value, at } of directives) {
      if (!isInclude(name)) continue
      for (const path of await filesAt(value, at)) {
        const more = await this.block(path, at)
        whole.directives.push(...more.directives)
        whole.blocks.push(...more.blocks)
      }
    }
    return { ...own, ...whole }
  }
}

const isInclude = (name: string): boolean => name.toLowerCase() === INCLUDE

async function textOf(path: string, from: Place): Promise<string> {
  try {
    const { size } = await stat(path)
    if (size > MOST_BYTES) throw new ConfError(`${path} is larger than a configuration can be`, from)
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof ConfError) throw error
    throw new ConfError(`${path} cannot be read: ${(error as Error).message}`, from)
  }
}

const isFile = async (path: string): Promise<boolean> => (await stat(path).catch(() => undefined))?.isFile() === true

/** The files of `include`: one, those of a pattern, or all in a directory; of the last two there may be none. */
async function filesAt(pattern: string, at: Place): Promise<readonly string[]> {
  const whole = resolve(dirname(at.file), pattern)
  const found = await stat(whole).catch(() => undefined)
  if (found?.isDirectory() !== true && (found !== undefined || !isWild(whole))) return [whole]
  const paths = await pathsLike(found === undefined ? whole : join(whole, '*')).catch((error: SyntaxError) => {
    throw new ConfError(`${pattern} is no pattern of files: ${error.message}`, at)
  })
  const files: string[] = []
  for (const path of paths) if (await isFile(path)) files.push(path)
  return files
}

/**
 * Reads a targets.conf of tgt and all that it includes.
 * @throws {ConfError} where a file cannot be read, or is none.
 */
export async function readConf(path: string): Promise<Block> {
  return new ConfFiles().block(path, { file: path, line: 1 })
}
