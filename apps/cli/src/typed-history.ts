import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** So many lines are remembered. */
const MOST = 1000
/** Whether a line may tell a password, also one that has its name, or that of its group, misspelt, or a URL with one. */
const isSecret = (line: string): boolean => /passw|secret|auth\b.*=|iscsi:\/\/[^/]*@/i.test(line)

/** What was typed, in a file of the user's; lines with passwords are not. */
export class TypedHistory {
  readonly most = MOST
  readonly #file: string | undefined
  #written: Promise<void> = Promise.resolve()

  /** `file` undefined: none is kept. */
  constructor(file: string | undefined) {
    this.#file = file
  }

  /** What was typed before, the newest first. */
  async lines(): Promise<readonly string[]> {
    if (this.#file === undefined) return []
    const text = await readFile(this.#file, 'utf8').catch(() => '')
    return text.split('\n').filter(Boolean).slice(-MOST).reverse()
  }

  /** A line was typed. */
  add(line: string): void {
    if (this.#file === undefined || line.trim() === '' || isSecret(line)) return
    this.#written = this.#written.then(() => this.#append(line))
  }

  /** Takes lines with passwords out of those that are remembered. */
  forget(lines: string[]): void {
    for (let at = lines.length - 1; at >= 0; at--) if (isSecret(lines[at] as string)) lines.splice(at, 1)
  }

  /** Resolves when all that was typed is kept. */
  kept(): Promise<void> {
    return this.#written
  }

  async #append(line: string): Promise<void> {
    const file = this.#file ?? ''
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    // A history that cannot be written is no reason to stop.
    await appendFile(file, `${line}\n`, { mode: 0o600 }).catch(() => {})
  }
}
