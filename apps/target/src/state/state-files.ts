import * as fileSystem from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type FileCalls, removeTemporaries, replaceFile } from '@lunkit/config'
import type { StateBacking } from './state-backing.ts'
import { StateUnusable } from './state-directory.ts'
import { explainSystemError } from './system-error.ts'

/** Its name in the state directory. */
export const STATE_FILE = 'state.json'
/** In which lunkitd remembered mounts before they were a section of the state. */
export const MOUNTS_FILE = 'mounts.json'
/** In which lunkitd says how the configuration was taken anew. */
export const OUTCOME_FILE = 'reload.json'

/** The calls of the file system that a state is read and written with: those of node:fs/promises, or others in a test. */
export interface StateCalls extends FileCalls {
  readFile(path: string, encoding: 'utf8'): Promise<string>
  link(from: string, to: string): Promise<void>
  copyFile(from: string, to: string, mode: number): Promise<void>
}

/** A state directory's file, for whoever has the directory to himself. */
export class StateFile implements StateBacking {
  readonly path: string
  readonly #files: StateCalls
  #isUncertain = false

  constructor(directory: string, files: StateCalls = fileSystem) {
    this.path = join(directory, STATE_FILE)
    this.#files = files
  }

  get isUncertain(): boolean {
    return this.#isUncertain
  }

  /** @throws {StateUnusable} */
  async write(format: () => string): Promise<void> {
    const files = this.#files
    const calls: FileCalls = {
      open: (...given) => files.open(...given),
      readdir: given => files.readdir(given),
      rm: (...given) => files.rm(...given),
      rename: (...given) => {
        this.#isUncertain = true
        return files.rename(...given)
      },
    }
    try {
      await replaceFile(this.path, format(), calls)
      this.#isUncertain = false
    } catch (cause) {
      throw new StateUnusable(`${this.path} cannot be written: ${explainSystemError(cause)}`, { cause })
    }
  }

  /**
   * Removes what a crash left while a file of the directory was being written, or one that an earlier lunkitd had.
   * @throws the file system's error.
   */
  async removeTemporaries(): Promise<void> {
    for (const name of [STATE_FILE, MOUNTS_FILE, OUTCOME_FILE])
      await removeTemporaries(join(dirname(this.path), name), this.#files)
  }
}

/**
 * The text of a file; undefined where there is none.
 * @throws the file system's error.
 */
export async function readText(path: string, files: Pick<StateCalls, 'readFile'>): Promise<string | undefined> {
  try {
    return await files.readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** What file systems say that have no hard links, link(2). */
const NO_LINKS: ReadonlySet<string | undefined> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

/**
 * Gives a file that is damaged, or foreign, one more name, which nothing has; answers that name. The file also stays where it is, so
 * that what is good in it is there until it has been written anew.
 * @throws the file system's error.
 */
export async function keepAside(path: string, files: StateCalls): Promise<string> {
  for (let number = 1; ; number++) {
    const aside = `${path}.aside-${number}`
    try {
      await linkOrCopy(path, aside, files)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue
      throw error
    }
    await flushDirectory(dirname(path), files)
    return aside
  }
}

/**
 * Brings the names in a directory to stable storage.
 * @throws the file system's error.
 */
export async function flushDirectory(path: string, files: Pick<StateCalls, 'open'>): Promise<void> {
  await using directory = await files.open(path, 'r')
  await directory.sync()
}

async function linkOrCopy(from: string, to: string, files: StateCalls): Promise<void> {
  try {
    await files.link(from, to)
  } catch (error) {
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code)) throw error
    await files.copyFile(from, to, fileSystem.constants.COPYFILE_EXCL)
    await using copy = await files.open(to, 'r')
    await copy.sync()
  }
}
