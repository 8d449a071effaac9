import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isJsonObject, type Json, replaceFile } from '@lunkit/config'
import type { Logger } from '../log/logger.ts'
import { OUTCOME_FILE } from '../state/state-files.ts'

/** How the configuration was taken anew the last time. */
export interface Outcome {
  /** The process that did it. */
  readonly pid: number
  /** How often that process has. */
  readonly times: number
  readonly applied: boolean
  /** What was done, or why nothing was. */
  readonly lines: readonly string[]
}

/** Says how the configuration was taken anew, for `lunkitd --reload`, which waits for it. */
export class OutcomeFile {
  readonly #directory: string | undefined
  readonly #log: Pick<Logger, 'warn'>
  #times = 0

  /** Without a directory it is said in the log alone. */
  constructor(directory: string | undefined, log: Pick<Logger, 'warn'>) {
    this.#directory = directory
    this.#log = log
  }

  async tell(applied: boolean, lines: readonly string[]): Promise<void> {
    if (this.#directory === undefined) return
    const outcome: Outcome = { pid: process.pid, times: ++this.#times, applied, lines }
    const path = join(this.#directory, OUTCOME_FILE)
    try {
      await replaceFile(path, `${JSON.stringify(outcome)}\n`)
    } catch (error) {
      this.#log.warn(
        { event: 'reloadOutcomeNotWritten', path, err: error },
        `${path} cannot be written: lunkitd --reload waits in vain`,
      )
    }
  }
}

/** What was said last; undefined where nothing was, or nothing that can be read. */
export async function readOutcome(directory: string): Promise<Outcome | undefined> {
  try {
    const read = JSON.parse(await readFile(join(directory, OUTCOME_FILE), 'utf8')) as Json
    if (!isJsonObject(read)) return undefined
    const { pid, times, applied, lines } = read
    if (typeof pid !== 'number' || typeof times !== 'number' || typeof applied !== 'boolean') return undefined
    return { pid, times, applied, lines: Array.isArray(lines) ? lines.map(String) : [] }
  } catch {
    return undefined
  }
}
