import { writeFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { ControlClient } from '@lunkit/control/client'
import { type Outcome, run } from '../../harness/outcome.ts'
import type { SeededRandom } from '../../harness/seeded-random.ts'
import { type ExpectedLogin, STRANGER } from '../../soak/expected-login.ts'
import { accessLines, INITIATORS } from './access-lines.ts'
import type { CliLine, LineChoice } from './cli-line.ts'
import { type CliState, type CliTpg, stateOf } from './cli-state.ts'
import { storageLines } from './storage-lines.ts'
import { targetLines } from './target-lines.ts'

const lineMs = 60_000
const mostLinesOfScript = 5
const all = [...storageLines, ...targetLines, ...accessLines]

/** How many lines were done and refused, and how long the longest call of lunkit took with all its lines. */
export interface CliCounts {
  readonly done: number
  readonly refused: number
  readonly longestCallMs: number
}

/** What lunkit is run with. */
export interface CliPlace {
  /** Where lunkitd has its control socket, and files are made. */
  readonly directory: string
  /** That of lunkit and of a link to it that is named targetcli. */
  readonly programs: string
  readonly random: SeededRandom
  readonly port: number
  readonly used: LineChoice['used']
}

/** A lunkitd that random lines of lunkit change, valid and invalid, and a model that says what comes of each. */
export class ChangingCli {
  readonly #place: CliPlace
  readonly #client: ControlClient
  #state: CliState
  #unused = 0
  #counts: CliCounts = { done: 0, refused: 0, longestCallMs: 0 }

  private constructor(place: CliPlace, client: ControlClient, state: CliState) {
    this.#place = place
    this.#client = client
    this.#state = state
  }

  /** Begins with what lunkitd serves. */
  static async of(place: CliPlace): Promise<ChangingCli> {
    const client = new ControlClient({ path: `${place.directory}/control.sock` })
    const { document } = await client.call('document')
    const changing = new ChangingCli(place, client, stateOf(document))
    await changing.#call('lunkit set global auto_add_default_portal=false')
    return changing
  }

  /** What the model says there is now. */
  get state(): CliState {
    return this.#state
  }

  /**
   * Gives so many lines, or a few more: each by itself, or some as a script of lunkit, or of targetcli.
   * @throws {Error} where what comes of them, or what lunkitd has then, is not what the model says
   */
  async changeOften(lines: number): Promise<CliCounts> {
    const { random } = this.#place
    while (this.#counts.done + this.#counts.refused < lines) {
      const give = random.pickWeighted([
        [6, () => this.#giveOne()],
        [1, () => this.#giveScript()],
        [1, () => this.#giveToTargetcli()],
      ] as const)
      const given = await give()
      await this.#compare(given.map(({ line }) => line))
    }
    return this.#counts
  }

  /** What initiators are to see at each portal. */
  logins(): ExpectedLogin[] {
    return Object.entries(this.#state.targets).flatMap(([target, tpgs]) =>
      Object.values(tpgs).flatMap(tpg =>
        (tpg.enable ? tpg.portals : []).flatMap(portal => {
          const [host = '', port] = portal.split(':')
          return [STRANGER, ...INITIATORS].map(initiator => {
            return { host, port: Number(port), target, initiator, luns: this.#seen(tpg, initiator) }
          })
        }),
      ),
    )
  }

  /** The targets that discovery tells the guest of, which has no ACL. */
  get discovered(): readonly string[] {
    const isNamed = ({ enable, portals, attributes }: CliTpg) =>
      enable && portals.length > 0 && (attributes.demo_mode_discovery !== 0 || attributes.generate_node_acls === 1)
    return Object.entries(this.#state.targets)
      .filter(([, tpgs]) => Object.values(tpgs).some(isNamed))
      .map(([name]) => name)
      .sort()
  }

  /** The sizes of the LUNs of a TPG, by number, as somebody sees them whom no ACL knows. */
  sizesOf(target: string): Record<number, number> | undefined {
    const tpg = this.#state.targets[target]?.[1]
    return tpg && this.#seen(tpg, STRANGER)
  }

  #seen(tpg: CliTpg, initiator: string): Record<number, number> | undefined {
    const acl = tpg.acls[initiator]
    if (acl === undefined && tpg.attributes.generate_node_acls !== 1) return undefined
    const luns = acl
      ? Object.entries(acl.mapped).map(([number, { lun }]) => [number, tpg.luns[lun]])
      : Object.entries(tpg.luns)
    return Object.fromEntries(luns.map(([number, key]) => [number, this.#state.stores[key ?? '']?.size]))
  }

  /** The next line; the model follows it. */
  #next(): CliLine {
    const choice: LineChoice = { ...this.#place, state: this.#state, unused: () => this.#unused++ }
    const line = this.#place.random.pickWeighted(all)(choice)
    const state = structuredClone(this.#state)
    line.follow(state)
    this.#state = state
    return line
  }

  async #giveOne(): Promise<readonly CliLine[]> {
    const given = this.#next()
    const { code, stdout, stderr } = await this.#call(`lunkit ${given.line}`)
    if ((code !== 0) !== given.isRefused) throw new Error(`${given.line} ended with ${code}: ${stdout}${stderr}`)
    this.#count(given.isRefused ? 0 : 1, given.isRefused ? 1 : 0)
    return [given]
  }

  /** lunkit ends at the first line that is refused: one behind it is not done. */
  async #giveScript(): Promise<readonly CliLine[]> {
    const given: CliLine[] = []
    while (given.length < mostLinesOfScript && given.at(-1)?.isRefused !== true) given.push(this.#next())
    const isRefused = given.at(-1)?.isRefused === true
    const behind = isRefused ? ['/backstores/ramdisk create never 1M'] : []
    const { code, stderr } = await this.#callWith('lunkit', [...given.map(({ line }) => line), ...behind])
    const place = isRefused ? `It is line ${given.length} of the script; nothing after it was done.` : ''
    if ((code !== 0) !== isRefused || !stderr.includes(place))
      throw new Error(`a script ended with ${code}: ${stderr}\n${described(given)}`)
    this.#count(given.length - behind.length, behind.length)
    return given
  }

  /** targetcli goes on after what is refused, of which it tells in two lines each. */
  async #giveToTargetcli(): Promise<readonly CliLine[]> {
    const given = Array.from({ length: mostLinesOfScript }, () => this.#next())
    const { code, stderr } = await this.#callWith('targetcli --json', [...given.map(({ line }) => line), 'exit'])
    const refused = stderr.split('\n').filter(line => line.startsWith('{"error":')).length
    const right = given.filter(({ isRefused }) => isRefused).length
    if (code !== 0 || refused !== right)
      throw new Error(
        `targetcli ended with ${code}, ${refused} lines refused and not ${right}: ${stderr}\n${described(given)}`,
      )
    this.#count(given.length - right, right)
    return given
  }

  #count(done: number, refused: number): void {
    const { done: before, refused: refusedBefore } = this.#counts
    this.#counts = { ...this.#counts, done: before + done, refused: refusedBefore + refused }
  }

  async #callWith(program: string, lines: readonly string[]): Promise<Outcome> {
    const script = `${this.#place.directory}/script`
    await writeFile(script, `${lines.join('\n')}\n`)
    return this.#call(`${program} < ${script}`)
  }

  async #call(command: string): Promise<Outcome> {
    const { directory, programs } = this.#place
    const env = { PATH: `${programs}:${process.env['PATH']}`, LUNKIT_CONTROL: `${directory}/control.sock` }
    const outcome = await run('/bin/sh', ['-c', command], { timeoutMs: lineMs, env })
    this.#counts = { ...this.#counts, longestCallMs: Math.max(this.#counts.longestCallMs, outcome.elapsedMs) }
    return outcome
  }

  async #compare(lines: readonly string[]): Promise<void> {
    const { document } = await this.#client.call('document')
    const wrong = differences(stateOf(document), this.#state)
    if (wrong.length > 0) throw new Error(`after\n${lines.join('\n')}\n${wrong.join('\n')}`)
  }
}

const described = (lines: readonly CliLine[]): string =>
  lines.map(({ line, isRefused }) => `${isRefused ? 'refused' : 'done'}: ${line}`).join('\n')

/** What lunkitd has otherwise than the model. */
export function differences(is: CliState, right: CliState): string[] {
  return (['stores', 'targets'] as const).flatMap(part => {
    const names = new Set([...Object.keys(is[part]), ...Object.keys(right[part])])
    return [...names]
      .filter(name => !isDeepStrictEqual(is[part][name], right[part][name]))
      .map(name => `${name} is ${JSON.stringify(is[part][name])}; right is ${JSON.stringify(right[part][name])}`)
  })
}
