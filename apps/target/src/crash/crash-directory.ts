import { chmodSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { rename, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** How many reports are kept, and how large one may be. */
const MOST_REPORTS = 10
const MOST_BYTES = 512 * 1024
/** What a note leaves of the room on its file system: what lunkitd has to keep there comes before it. */
const LEFT_BYTES = 1024 * 1024
const DIRECTORY_MODE = 0o700
const FILE_MODE = 0o600
const RUNNING_FILE = 'running.json'

/** How many bytes are free where a path is. */
async function freeBytesAt(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path)
  return bavail * bsize
}

/** The directory of reports of crashes, and of the note of the run that goes on. It is there for root alone. */
export class CrashDirectory {
  readonly path: string
  readonly #freeBytes: (path: string) => Promise<number>

  /** @throws where it can neither be made nor be read. */
  constructor(stateDirectory: string, freeBytes = freeBytesAt) {
    this.path = join(stateDirectory, 'crashes')
    this.#freeBytes = freeBytes
    mkdirSync(this.path, { recursive: true, mode: DIRECTORY_MODE })
    readdirSync(this.path)
  }

  /** The names of the reports of a run, or of all runs; the oldest first. */
  reports(run = ''): readonly string[] {
    return readdirSync(this.path)
      .filter(name => name.startsWith(run) && name.endsWith('.json') && name !== RUNNING_FILE)
      .sort()
  }

  /** Writes a report, whole or not at all, before it returns; answers where. The oldest make room for it. */
  write(name: string, report: object): string {
    const path = join(this.path, name)
    const part = `${path}.part`
    const text = JSON.stringify(report, undefined, 1)
    try {
      writeFileSync(part, text.length > MOST_BYTES ? JSON.stringify(report).slice(0, MOST_BYTES) : text, {
        mode: FILE_MODE,
      })
      renameSync(part, path)
    } catch (error) {
      rmSync(part, { force: true })
      throw error
    }
    this.prune()
    return path
  }

  /** Removes the oldest reports, so that as many are left as are kept; and what was left half written. Node makes its own for others too. */
  prune(): void {
    const old = this.reports().slice(0, -MOST_REPORTS)
    const parts = readdirSync(this.path).filter(name => /\.(part|next)$/.test(name))
    for (const name of [...old, ...parts]) rmSync(join(this.path, name), { force: true })
    for (const name of this.reports()) chmodSync(join(this.path, name), FILE_MODE)
  }

  /** What was noted of the run that goes on, or has ended without taking that away; undefined: nothing. */
  running(): string | undefined {
    try {
      return readFileSync(join(this.path, RUNNING_FILE), 'utf8')
    } catch {
      return undefined
    }
  }

  /**
   * Notes a run; what was noted before is there until this is, whole.
   * @throws where the file system is nearly full, or cannot be written; nothing of it is left there then.
   */
  async note(facts: object): Promise<void> {
    const path = join(this.path, RUNNING_FILE)
    const next = `${path}.next`
    const text = JSON.stringify(facts)
    await this.#checkRoom(text.length)
    try {
      await writeFile(next, text, { mode: FILE_MODE })
      await rename(next, path)
    } catch (error) {
      await rm(next, { force: true })
      throw error
    }
  }

  async #checkRoom(bytes: number): Promise<void> {
    const free = await this.#freeBytes(this.path)
    if (free < bytes + LEFT_BYTES)
      throw new Error(`${this.path} has ${free} bytes free; right is ${bytes + LEFT_BYTES} or more`)
  }

  /** The run has ended as it should. */
  forget(): void {
    rmSync(join(this.path, RUNNING_FILE), { force: true })
    rmSync(join(this.path, `${RUNNING_FILE}.next`), { force: true })
  }
}
