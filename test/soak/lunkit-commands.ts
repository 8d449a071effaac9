import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { describeOutcome, type Outcome, run } from '../harness/outcome.ts'
import type { ServedConfig } from '../harness/save-config.ts'
import type { SeededRandom } from '../harness/seeded-random.ts'

const program = fileURLToPath(new URL('../../node_modules/.bin/lunkit', import.meta.url))
const CALL_MS = 60_000

/** What lunkit ends with when something was refused, and when it did not know the command. */
const REFUSED = 1
const UNKNOWN = 2

/** Commands that lunkitd refuses. */
const WRONG: readonly ((served: ServedConfig) => string)[] = [
  () => '/backstores/ramdisk create wrong 100',
  () => '/backstores/fileio create wrong relative.img 1M',
  () => '/iscsi create nonsense',
  ({ iqn }) => `/iscsi/${iqn}/tpg1/luns delete lun99`,
  ({ iqn }) => `/iscsi/${iqn}/tpg1/luns create /backstores/ramdisk/none`,
  ({ iqn }) => `/iscsi/${iqn}/tpg1 set attribute default_cmdsn_depth=0`,
  ({ iqn }) => `/iscsi/${iqn}/tpg1 set parameter MaxBurstLength=1`,
  ({ iqn }) => `/iscsi/${iqn}/tpg1/acls create somebody`,
]
/** One that there is none of. */
const NONE = '/backstores/ramdisk frob'

/** Says to a lunkitd by `lunkit` what an administrator would. */
export class LunkitCommands {
  readonly #directory: string
  #count = 0

  /** lunkitd has its control socket in the directory. */
  constructor(directory: string) {
    this.#directory = directory
  }

  /** How many commands were given so far. */
  get count(): number {
    return this.#count
  }

  /**
   * Gives lines, the last of which saves: one by itself each, or all as a script.
   * @throws {Error} with what lunkit said where one was not done
   */
  async give(lines: readonly string[], isScript: boolean): Promise<void> {
    const all = [...lines, 'saveconfig']
    const outcomes = isScript ? [await this.#script(all)] : await this.#oneByOne(all)
    this.#count += all.length
    for (const outcome of outcomes)
      if (outcome.code !== 0) throw new Error(`${describeOutcome(outcome)}\n${all.join('\n')}`)
  }

  /**
   * Gives a command that is wrong.
   * @throws {Error} where it was done
   */
  async giveWrong(served: ServedConfig, random: SeededRandom): Promise<void> {
    const [line, code] = random.pick([
      [NONE, UNKNOWN] as const,
      ...WRONG.map(wrong => [wrong(served), REFUSED] as const),
    ])
    const outcome = await this.#line(line)
    this.#count++
    if (outcome.code !== code || outcome.stderr === '')
      throw new Error(`lunkit was to refuse: ${describeOutcome(outcome)}`)
  }

  async #oneByOne(lines: readonly string[]): Promise<Outcome[]> {
    const outcomes: Outcome[] = []
    for (const line of lines) if ((outcomes.at(-1)?.code ?? 0) === 0) outcomes.push(await this.#line(line))
    return outcomes
  }

  #line(line: string): Promise<Outcome> {
    return this.#run(`"${program}" ${line}`)
  }

  async #script(lines: readonly string[]): Promise<Outcome> {
    const script = `${this.#directory}/script`
    await writeFile(script, `${lines.join('\n')}\n`)
    return this.#run(`"${program}" < "${script}"`)
  }

  #run(command: string): Promise<Outcome> {
    return run('/bin/sh', ['-c', command], {
      timeoutMs: CALL_MS,
      env: { LUNKIT_CONTROL: `${this.#directory}/control.sock` },
    })
  }
}
