import { realpath } from 'node:fs/promises'
import { dirname } from 'node:path'
import { askOfEach } from '../files/asked-files.ts'
import type { Logger } from '../log/logger.ts'
import type { KeptMount } from './kept-mounts.ts'
import { isWithin, type Mount, mountOf, readMountTable } from './mount-table.ts'
import type { Section } from './section.ts'

/** How it is made. */
export interface MountMemoryOptions {
  /** What is remembered, in the state. */
  readonly kept: Section<KeptMount>
  readonly log: Pick<Logger, 'warn'>
  /** What is mounted now. */
  readonly mounts?: () => readonly Mount[]
}

/**
 * Remembers on which mounts backing files lay, so that none is created in the empty directory that is left where a file
 * system was not mounted. Files of the root file system need no memory.
 */
export class MountMemory {
  readonly #kept: Section<KeptMount>
  readonly #log: Pick<Logger, 'warn'>
  readonly #mounts: () => readonly Mount[]
  /** What is new and not in the state yet; undefined for a file that is to be forgotten. */
  readonly #news = new Map<string, Mount | undefined>()
  /** Each mount that is remembered, once; undefined: to be found anew. */
  #remembered: readonly Mount[] | undefined

  constructor({ kept, log, mounts = readMountTable }: MountMemoryOptions) {
    this.#kept = kept
    this.#log = log
    this.#mounts = mounts
  }

  /**
   * The mount that is missing where this file would be created: it, or another backing file, lay on it before. Undefined when
   * nothing is missing.
   */
  async missingFor(file: string): Promise<Mount | undefined> {
    // Most files lie where nothing was ever mounted: the table, which is long, is not read for them.
    if (this.#distinct.length === 0) return undefined
    const directory = await realpath(dirname(file)).catch(() => dirname(file))
    const known = [this.#mountOf(file), ...this.#distinct].filter(each => each && isWithin(directory, each.mountPoint))
    if (known.length === 0) return undefined
    const mounted = new Set(this.#mounts().map(({ mountPoint }) => mountPoint))
    return known.find(mount => mount && !mounted.has(mount.mountPoint))
  }

  /** Takes note of what files lie on that are served now; answers what those lay on before that was another mount. */
  async remember(files: readonly string[]): Promise<ReadonlyMap<string, Mount>> {
    const moved = new Map<string, Mount>()
    const mounts = files.length === 0 ? [] : this.#mounts()
    const paths = await askOfEach(files, async file => ({ file, path: await realpath(file) }))
    for (const { file, path } of paths) {
      const before = this.#remember(file, mountOf(path, mounts))
      if (before) moved.set(file, before)
    }
    return moved
  }

  #remember(file: string, mount: Mount | undefined): Mount | undefined {
    const before = this.#mountOf(file)
    if (mount?.mountPoint === before?.mountPoint) return undefined
    const isRoot = mount === undefined || mount.mountPoint === '/'
    if (!isRoot || before !== undefined) this.#news.set(file, isRoot ? undefined : mount)
    this.#remembered = undefined
    return before
  }

  /** Brings what is new into the state. What cannot be written is told to the log, and is tried again with what comes next. */
  async save(): Promise<void> {
    const news = [...this.#news].sort(([one], [other]) => (one < other ? -1 : 1))
    if (news.length === 0) return
    try {
      await this.#kept.update(draft => {
        for (const [file, mount] of news)
          if (mount) draft.set(file, { ...mount, file })
          else draft.delete(file)
      })
      for (const [file, mount] of news) if (this.#news.get(file) === mount) this.#news.delete(file)
      this.#remembered = undefined
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error)
      this.#log.warn(
        { event: 'mountNotKept', err: error },
        `${what}: a mount that is forgotten later will not be noticed`,
      )
    }
  }

  #mountOf(file: string): Mount | undefined {
    if (this.#news.has(file)) return this.#news.get(file)
    const kept = this.#kept.get(file)
    return kept && mountIn(kept)
  }

  /** Many files lie on few mounts. */
  get #distinct(): readonly Mount[] {
    if (this.#remembered) return this.#remembered
    const all = new Map<string, Mount>()
    for (const mount of [...this.#news.values(), ...this.#unchanged()])
      if (mount && !all.has(mount.mountPoint)) all.set(mount.mountPoint, mount)
    this.#remembered = [...all.values()]
    return this.#remembered
  }

  *#unchanged(): IterableIterator<Mount> {
    for (const kept of this.#kept.values()) if (!this.#news.has(kept.file)) yield mountIn(kept)
  }
}

const mountIn = ({ mountPoint, fileSystem, source }: KeptMount): Mount => ({ mountPoint, fileSystem, source })
