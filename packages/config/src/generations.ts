import * as fileSystem from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import { checkArgument, type Domain, object, wholeNumber } from '@lunkit/wire'
import { replaceFile } from './save.ts'
import { FILE_PATH } from './text-domains.ts'

/** How many are kept unless it is said: LIO's number. */
const KEPT = 10
const MOST_KEPT = 10_000
/** Readable by its owner alone: there may be CHAP secrets in each. */
const DIRECTORY_MODE = 0o700
/** No configuration is larger; what claims to be is not unpacked. */
const MOST_BYTES = 256 * 2 ** 20

const compress = promisify(gzip)
const expand = promisify(gunzip)

/** A state that a configuration file had. */
export interface Generation {
  readonly path: string
  /** When another one took its place. */
  readonly replacedAt: Date
}

/**
 * The states that a configuration file had before, each in a file of `backup/` beside it:
 * `saveconfig-20261129-12:34:56.789-json.gz`, as LIO names them, in UTC and to the millisecond so that their names are in order.
 */
export class Generations {
  readonly #path: string
  readonly #directory: string
  readonly #begin: string
  readonly #kept: number

  /** @throws {TypeError} or {RangeError} for what is no path, or no number of states to keep. */
  constructor(path: string, kept: number = KEPT) {
    checkArgument('Generations: path', path, FILE_PATH)
    checkArgument('Generations: kept', kept, wholeNumber(1, MOST_KEPT))
    this.#path = path
    this.#directory = join(dirname(path), 'backup')
    this.#begin = `${basename(path, '.json')}-`
    this.#kept = kept
  }

  /** All that there are, the newest first. Rejects with the file system's error. */
  async list(): Promise<readonly Generation[]> {
    const names = await orNothing(fileSystem.readdir(this.#directory), [])
    return names
      .flatMap(name => {
        const replacedAt = name.startsWith(this.#begin) ? timeOf(name.slice(this.#begin.length)) : undefined
        return replacedAt === undefined ? [] : [{ path: join(this.#directory, name), replacedAt }]
      })
      .sort((one, other) => other.replacedAt.getTime() - one.replacedAt.getTime())
  }

  /**
   * What stands in one of them. Rejects with the file system's error, or that of zlib for what is not packed as it should be.
   * @throws {TypeError} for what is no generation.
   */
  async read(generation: Generation): Promise<string> {
    checkArgument('Generations.read: generation', generation, GENERATION)
    const packed = await fileSystem.readFile(generation.path)
    return (await expand(packed, { maxOutputLength: MOST_BYTES })).toString('utf8')
  }

  /**
   * Keeps the file as it is now, unless it is as the newest one kept, or is not there; it is on the disk when this resolves. The oldest
   * beyond those that are to be kept go. Rejects with the file system's error.
   */
  async keep(): Promise<void> {
    const now = await orNothing(fileSystem.readFile(this.#path), undefined)
    if (now === undefined) return
    await fileSystem.mkdir(this.#directory, { recursive: true, mode: DIRECTORY_MODE })
    const [newest] = await this.list()
    if (newest !== undefined && (await this.#isSame(newest, now))) return
    const at = new Date(Math.max(Date.now(), (newest?.replacedAt.getTime() ?? 0) + 1))
    await replaceFile(join(this.#directory, this.#begin + nameOf(at)), await compress(now))
    for (const { path } of (await this.list()).slice(this.#kept)) await fileSystem.rm(path, { force: true })
  }

  /** One that cannot be read is another one. */
  async #isSame(generation: Generation, now: Buffer): Promise<boolean> {
    const text = await this.read(generation).catch(() => undefined)
    return text === now.toString('utf8')
  }
}

const GENERATION: Domain = object('a generation, as list() names them', generation => {
  const { path, replacedAt } = generation as Partial<Generation>
  return typeof path === 'string' && replacedAt instanceof Date
})

async function orNothing<T, N>(found: Promise<T>, nothing: N): Promise<T | N> {
  try {
    return await found
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return nothing
    throw error
  }
}

const NAME = /^(\d{4})(\d\d)(\d\d)-(\d\d):(\d\d):(\d\d)(\.\d{3})?-json\.gz$/

/** `20261129-12:34:56.789-json.gz`. */
function nameOf(at: Date): string {
  const [date = '', time = ''] = at.toISOString().replace('Z', '').split('T')
  return `${date.replaceAll('-', '')}-${time}-json.gz`
}

function timeOf(name: string): Date | undefined {
  const found = NAME.exec(name)
  if (found === null) return undefined
  const [, year, month, day, hour, minute, second, part = '.000'] = found
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}${part}Z`)
  return Number.isNaN(time.getTime()) ? undefined : time
}
