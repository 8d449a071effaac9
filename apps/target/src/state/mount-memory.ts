import { readFile, realpath } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { replaceFile } from '@lunkit/config'
import type { Logger } from 'pino'
import { makeDirectory } from './made-directory.ts'
import { isWithin, type Mount, mountOf, readMountTable } from './mount-table.ts'

/** Its file in the state directory. */
const FILE_NAME = 'mounts.json'

/** What the file holds: for each backing file what it lay on when it was last served. */
interface Remembered {
  readonly files: Readonly<Record<string, Mount>>
}

/** How it is made. */
export interface MountMemoryOptions {
  readonly stateDirectory: string
  readonly log: Pick<Logger, 'warn'>
  /** What is mounted now. */
  readonly mounts?: () => readonly Mount[]
}

/**
 * Remembers on which mounts backing files lay, so that none is created in the empty directory that is left where a file
 * system was not mounted. Files of the root file system need no memory.
 */
export class MountMemory {
  readonly #path: string
  readonly #log: Pick<Logger, 'warn'>
  readonly #mounts: () => readonly Mount[]
  readonly #files: Map<string, Mount>
  #changed = false

  private constructor({ stateDirectory, log, mounts = readMountTable }: MountMemoryOptions, files: Map<string, Mount>) {
    this.#path = join(stateDirectory, FILE_NAME)
    this.#log = log
    this.#mounts = mounts
    this.#files = files
  }

  /** Reads what was remembered. What cannot be read is told to the log, and nothing is remembered then. */
  static async read(options: MountMemoryOptions): Promise<MountMemory> {
    const path = join(options.stateDirectory, FILE_NAME)
    try {
      const { files } = JSON.parse(await readFile(path, 'utf8')) as Remembered
      return new MountMemory(options, new Map(Object.entries(files)))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
        options.log.warn(
          { path, err: error },
          `${path} cannot be read: it is not known where backing files were mounted`,
        )
      return new MountMemory(options, new Map())
    }
  }

  /**
   * The mount that is missing where this file would be created: it, or another backing file, lay on it before. Undefined when
   * nothing is missing.
   */
  async missingFor(file: string): Promise<Mount | undefined> {
    const directory = await realpath(dirname(file)).catch(() => dirname(file))
    const mounted = new Set(this.#mounts().map(({ mountPoint }) => mountPoint))
    const known = [this.#files.get(file), ...this.#files.values()]
    return known.find(mount => mount && isWithin(directory, mount.mountPoint) && !mounted.has(mount.mountPoint))
  }

  /** Takes note of what a file lies on that is served now; answers what it lay on before, if that was another mount. */
  async remember(file: string): Promise<Mount | undefined> {
    const mount = mountOf(await realpath(file), this.#mounts())
    const before = this.#files.get(file)
    if (mount?.mountPoint === before?.mountPoint) return undefined
    if (mount === undefined || mount.mountPoint === '/') this.#changed = this.#files.delete(file) || this.#changed
    else {
      this.#files.set(file, mount)
      this.#changed = true
    }
    return before
  }

  /** Writes it down, if there is anything new. A state directory that cannot be written is told to the log. */
  async save(): Promise<void> {
    if (!this.#changed) return
    const content: Remembered = {
      files: Object.fromEntries([...this.#files].sort(([one], [other]) => (one < other ? -1 : 1))),
    }
    try {
      await makeDirectory(dirname(this.#path))
      await replaceFile(this.#path, `${JSON.stringify(content, undefined, 2)}\n`)
      this.#changed = false
    } catch (error) {
      const text = `${this.#path} cannot be written: a mount that is forgotten later will not be noticed`
      this.#log.warn({ path: this.#path, err: error }, text)
    }
  }
}
