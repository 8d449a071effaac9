import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { succeed } from '../../harness/outcome.ts'

const TIMEOUT_MS = 50_000

/** The README of a package, and the programs that it shows. */
export class Readme {
  /** In their order. */
  readonly programs: readonly string[]
  /** What it says that the first of them prints; undefined where it does not say that. */
  readonly says: string | undefined
  readonly #directory: string

  /** `name`: that of its directory in packages/. */
  constructor(name: string) {
    this.#directory = fileURLToPath(new URL(`../../../packages/${name}/`, import.meta.url))
    const text = readFileSync(`${this.#directory}README.md`, 'utf8')
    this.programs = [...text.matchAll(/```ts\n(.*?)```/gs)].map(([, program = '']) => program)
    this.says = /prints\n\n```\n(.*?)```/s.exec(text)?.[1]
  }

  /**
   * Runs a program as a stranger's: by the names of packages, in a process that ends by itself.
   *
   * @param replaced what stands in it, and what is to stand there
   * @returns what it printed
   */
  async run(at: number, replaced: Readonly<Record<string, string>> = {}): Promise<string> {
    const program = Object.entries(replaced).reduce(
      (text, [from, to]) => text.replace(from, to),
      this.programs[at] ?? '',
    )
    const args = ['--conditions=source', '--input-type=module-typescript', '--eval', program]
    return (await succeed(process.execPath, args, { cwd: this.#directory, timeoutMs: TIMEOUT_MS })).stdout
  }
}
