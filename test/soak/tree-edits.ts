import { createServer, type Server } from 'node:net'
import type { DiskServer, Step } from 'lunkit'
import { SeededRandom } from '../harness/seeded-random.ts'
import { PlantedDisks } from '../tree/planted-disks.ts'
import { HOSTS } from '../tree/portal-places.ts'
import { INITIATORS, StepChooser, TARGETS } from '../tree/tree-choice.ts'
import { TreeModel } from '../tree/tree-model.ts'
import { compare } from '../tree/tree-outcome.ts'
import type { GroupState } from '../tree/tree-state.ts'
import { type ExpectedLogin, STRANGER } from './expected-login.ts'
import { FILE_DESCRIPTORS } from './own-handles.ts'
import type { EditCounts } from './told-edits.ts'

/** One transaction in so many is first tried with a step that cannot be done. */
const WRONG_ONE_IN = 4
/** One in so many is asked for while another one is under way. */
const CROWDED_ONE_IN = 5
const MOST_STEPS = 5

/** Edits at random what a server serves, by steps, and compares what comes of it with a model of the tree. */
export class TreeEdits {
  readonly #server: DiskServer
  readonly #model: TreeModel
  readonly #chooser: StepChooser
  readonly #random: SeededRandom
  readonly #blocker: Server
  #edits = 0
  #refused = 0

  private constructor(server: DiskServer, blocker: Server, { directory, seed }: { directory: string; seed: number }) {
    const takenPort = (blocker.address() as { port: number }).port
    const disks = new PlantedDisks(directory)
    this.#server = server
    this.#blocker = blocker
    this.#random = new SeededRandom(seed)
    // The group that is under load is the first that the server has.
    this.#model = new TreeModel(storage => disks.specOf(storage), takenPort, [1])
    this.#chooser = new StepChooser(disks, takenPort)
  }

  /** Edits a server that has one portal group beside; files lie in `directory`. */
  static async start(server: DiskServer, options: { directory: string; seed: number }): Promise<TreeEdits> {
    const blocker = createServer().listen(0, HOSTS[0])
    await new Promise(resolve => blocker.once('listening', resolve))
    const edits = new TreeEdits(server, blocker, options)
    await edits.#apply(edits.#chooser.first(options.seed))
    return edits
  }

  get counts(): EditCounts {
    return { edits: this.#edits, refused: this.#refused }
  }

  /** What of the descriptors and of the rows of statistics is there for what was edited. */
  get own(): { readonly files: number; readonly rows: number; readonly nexusRows: number } {
    const { state } = this.#model
    const files = state.openDisks.filter(({ spec }) => spec.file !== undefined).length
    const portals = new Set(state.groups.flatMap(each => each.portals)).size
    const rows = state.openDisks.length + files + portals + state.targets.size
    // Of each port what nexuses had that have gone, at each unit; and who has a table keeps a row at each unit of it.
    const units = state.tables.reduce((sum, { luns }) => sum + luns.size, 0)
    return { files: portals + FILE_DESCRIPTORS * files, rows, nexusRows: state.groups.length + 2 * units }
  }

  /** What initiators see of what was edited. */
  get logins(): ExpectedLogin[] {
    const { state } = this.#model
    return HOSTS.flatMap(host => {
      const address = this.#server.addressOf({ host, port: 0 })
      const isOpen = state.groups.some(({ portals }) => portals.includes(host))
      if (isOpen !== (address !== undefined)) throw new Error(`${host} is ${address ? 'open' : 'closed'}`)
      if (!address) return []
      return TARGETS.flatMap(target =>
        [STRANGER, ...INITIATORS].map(initiator => {
          const led = state.login(target, host, initiator)
          const luns = typeof led === 'string' ? undefined : this.#sizes(led, initiator)
          return { ...address, target, initiator, luns }
        }),
      )
    })
  }

  /** A transaction, or two at once, of which some are wrong. */
  async edit(): Promise<void> {
    const choice = {
      seed: this.#random.next(),
      count: this.#random.between(1, MOST_STEPS),
      wrong: this.#random.once(WRONG_ONE_IN),
    }
    const { steps, wrong } = this.#chooser.choose(this.#model.state, choice)
    if (wrong) await this.#apply(steps.toSpliced(wrong.at, 0, wrong.step))
    const first = this.#apply(steps)
    if (this.#random.once(CROWDED_ONE_IN)) {
      const more = this.#chooser.choose(this.#model.state, { ...choice, seed: this.#random.next(), wrong: false })
      await Promise.all([first, this.#apply(more.steps)])
    } else await first
  }

  /** Nothing is edited any more. */
  async end(): Promise<void> {
    await new Promise(resolve => this.#blocker.close(resolve))
  }

  async #apply(steps: readonly Step[]): Promise<void> {
    const outcome = this.#model.apply(steps)
    const [result] = await Promise.allSettled([this.#server.tree.apply(steps)])
    if (outcome.failedAt === undefined) this.#edits++
    else this.#refused++
    try {
      compare(result, { steps, outcome })
    } catch (error) {
      throw new Error(`${String(error)}, after ${JSON.stringify(steps)}`, { cause: error })
    }
  }

  #sizes(group: GroupState, initiator: string): Record<number, number> {
    const seen = [...this.#model.state.seen(group, initiator)]
    return Object.fromEntries(seen.map(([lun, { disk }]) => [lun, disk.sizeBytes]))
  }
}
