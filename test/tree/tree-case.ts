import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ApplyOptions, DiskServer, type Step, type StepFailure } from 'lunkit'
import { vi } from 'vitest'
import { PlantedDisks } from './planted-disks.ts'
import { APART, HOSTS, overlapping, type PortalPlaces, portOfAllAddresses } from './portal-places.ts'
import { same } from './same.ts'
import { type ChosenSteps, StepChooser, TARGETS } from './tree-choice.ts'
import { type Asking, TreeModel } from './tree-model.ts'
import { TreeOnlookers } from './tree-onlookers.ts'
import { ABORTED, compare, type Expected } from './tree-outcome.ts'

/** A transaction of a case. */
export interface CaseTransaction {
  readonly seed: number
  /** How many steps it has at most, beside a wrong one. */
  readonly count: number
  /** Whether it is first tried with something among it that cannot be done. */
  readonly wrong: boolean
  /** Whether another one is asked for before it is done. */
  readonly crowded: boolean
  /** Whether what cannot be opened is left out. */
  readonly leavesOut: boolean
  /** Before which opening of a disk it is first aborted; undefined: it is not. */
  readonly abortsAt: number | undefined
}

const SMALL_MEMORY_BYTES = 16 * 1024 * 1024
const SOON = { timeout: 8000, interval: 2 }

/** A server whose tree is changed at random, one case after the other, beside its model. */
export class TreeCases implements AsyncDisposable {
  readonly #server: DiskServer
  readonly #other = new DiskServer({ transferMemoryBytes: SMALL_MEMORY_BYTES })
  readonly #blocker: Server
  readonly #directory: string
  readonly #disks: PlantedDisks
  readonly #takenPort: number
  readonly #overlapping: PortalPlaces
  #idleDescriptors = 0
  #removed: ReadonlySet<string> = new Set()

  private constructor(blocker: Server, port: number) {
    this.#overlapping = overlapping(port)
    this.#server = new DiskServer({ transferMemoryBytes: SMALL_MEMORY_BYTES, lanes: 1 })
    this.#blocker = blocker
    this.#takenPort = (blocker.address() as { port: number }).port
    this.#directory = mkdtempSync(join(tmpdir(), 'lunkit-tree-'))
    this.#disks = new PlantedDisks(this.#directory)
  }

  static async start(): Promise<TreeCases> {
    const blocker = createServer().listen(0, HOSTS[0])
    await new Promise(resolve => blocker.once('listening', resolve))
    const cases = new TreeCases(blocker, await portOfAllAddresses())
    await cases.#warmUp()
    return cases
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close()
    await this.#other.close()
    await new Promise(resolve => this.#blocker.close(resolve))
    rmSync(this.#directory, { recursive: true })
  }

  /** Changes a tree from nothing, and back to nothing; `overlap`: its portals do. */
  async run(transactions: readonly CaseTransaction[], overlap: boolean): Promise<void> {
    const places = overlap ? this.#overlapping : APART
    const model = new TreeModel(storage => this.#disks.specOf(storage), this.#takenPort)
    // The server knows them for longer than a case.
    model.state.portalPort = places.port
    for (const name of this.#removed) model.state.removed.add(name)
    const run = new TreeRun({ server: this.#server, disks: this.#disks, places }, model, this.#idleDescriptors)
    const chooser = new StepChooser(this.#disks, this.#takenPort, places)
    await run.apply([chooser.first(transactions[0]?.seed ?? 0)])
    for (const transaction of transactions) {
      const { steps, wrong } = chooser.choose(model.state, transaction)
      if (wrong) await run.apply([steps.toSpliced(wrong.at, 0, wrong.step)])
      const { leavesOut, abortsAt, crowded } = transaction
      if (abortsAt !== undefined) await run.apply([steps], { abortsAt })
      if (leavesOut) await run.apply([openingAlone({ steps, wrong })], { leavesOut })
      else if (!crowded) await run.apply([steps])
      else
        await run.apply([steps, () => chooser.choose(model.state, { ...transaction, seed: ~transaction.seed }).steps])
    }
    await run.apply([toNothing(model)])
    await run.onlookers.leave()
    this.#removed = model.state.removed
    await run.hold()
    for (const target of TARGETS) await this.#takeAndRelease(target)
  }

  /** Another server could have the name: nobody does. */
  async #takeAndRelease(target: string): Promise<void> {
    await this.#other.tree.apply([{ kind: 'addTarget', target }])
    await this.#other.tree.apply([{ kind: 'removeTarget', target }])
  }

  /** What the first file and the first session need stays: lanes, memory. */
  async #warmUp(): Promise<void> {
    const spec = {
      serial: 'warm',
      sizeBytes: 4096,
      blockBytes: 512,
      removable: undefined,
      file: 'warm',
      fault: undefined,
    }
    await this.#server.tree.apply([{ kind: 'openDisk', disk: 'warm', storage: this.#disks.storage(spec) }])
    await this.#server.tree.apply([{ kind: 'closeDisk', disk: 'warm' }])
    this.#idleDescriptors = descriptors()
  }
}

/** Only of what cannot be opened it is said that it is left out. */
function openingAlone({ steps, wrong }: ChosenSteps): Step[] {
  const all = wrong ? steps.toSpliced(wrong.at, 0, wrong.step) : steps
  return all.filter(({ kind }) => kind !== 'changeDisk')
}

const toNothing = ({ state }: TreeModel): Step[] => [
  ...[...state.targets.keys()].map((target): Step => ({ kind: 'removeTarget', target })),
  ...[...state.disks.keys()].map((disk): Step => ({ kind: 'closeDisk', disk })),
  { kind: 'changeServer', limits: {}, pollUs: 0, discovery: { authenticationRequired: false } },
]

const descriptors = (): number => readdirSync('/proc/self/fd').length

/** A transaction, or what it is once those before it are done in the model. */
type Asked = readonly Step[] | (() => readonly Step[])

/** What a case is run with. */
interface Surroundings {
  readonly server: DiskServer
  readonly disks: PlantedDisks
  readonly places: PortalPlaces
}

/** One case. */
class TreeRun {
  readonly onlookers: TreeOnlookers
  readonly history: string[] = []
  readonly #server: DiskServer
  readonly #disks: PlantedDisks
  readonly #model: TreeModel
  readonly #idleDescriptors: number

  constructor({ server, disks, places }: Surroundings, model: TreeModel, idleDescriptors: number) {
    this.#idleDescriptors = idleDescriptors
    this.#server = server
    this.#disks = disks
    this.#model = model
    this.onlookers = new TreeOnlookers(server, places)
  }

  /** Asks for transactions at one time: each is done, or leaves no trace, as the model says. */
  async apply(asked: readonly Asked[], asking: Asking = {}): Promise<void> {
    const expected = asked.map(each => this.#expect(typeof each === 'function' ? each() : each, asking))
    this.history.push(expected.map(each => this.#describe(each, asking)).join('\nand at the same time\n'))
    const leftOut: Step[] = []
    try {
      const options = this.#optionsOf(asking, leftOut)
      const results = await Promise.allSettled(expected.map(({ steps }) => this.#server.tree.apply(steps, options)))
      for (const [at, result] of results.entries()) compare(result, expected[at] as Expected, leftOut)
      await this.onlookers.look(this.#model.state)
      await this.hold()
    } catch (error) {
      throw new Error(`${String(error)}\nafter\n${this.history.join('\nthen\n')}`, { cause: error })
    }
  }

  /** A signal is aborted when a disk is about to be opened. */
  #optionsOf({ leavesOut = false, abortsAt }: Asking, leftOut: Step[]): ApplyOptions {
    const leaveOut = ({ step }: StepFailure) => void leftOut.push(step)
    if (abortsAt === undefined) return leavesOut ? { leaveOut } : {}
    const abort = new AbortController()
    let left = abortsAt
    const count = (): void => {
      if (left-- === 0) abort.abort(ABORTED)
    }
    count()
    this.#disks.opening = count
    return { signal: abort.signal, ...(leavesOut && { leaveOut }) }
  }

  /** What is held is what there is, soon: what closes takes its time. */
  async hold(): Promise<void> {
    const { state } = this.#model
    const open = state.openDisks
    const files = open.filter(({ spec }) => spec.file !== undefined).length
    const right = {
      leftOut: state.disks.size - open.length,
      // A file has one for reading what needs no lane. Both ends of each session are this process's.
      descriptors: this.#idleDescriptors + state.sockets + 2 * files + 2 * this.onlookers.sessions,
      transferBytes: 0,
      disks: open.length,
      units: open.length,
      portIds: state.groups.length,
    }
    const isRight = (): boolean => JSON.stringify(this.#held()) === JSON.stringify(right)
    await vi.waitUntil(isRight, SOON).catch(() => same('what is held', this.#held(), right))
  }

  #held(): object {
    const { disks, transferMemoryUsedBytes: transferBytes, tree } = this.#server
    const { portIds, resources } = tree.parts
    const units = [...resources.device.units].length
    const leftOut = tree.leftOut.filter(({ kind }) => kind === 'openDisk').length
    return {
      leftOut,
      descriptors: descriptors(),
      transferBytes,
      disks: [...disks].length,
      units,
      portIds: portIds.size,
    }
  }

  #describe({ steps, outcome: { failedAt, leftOut } }: Expected, { leavesOut = false, abortsAt }: Asking): string {
    const shown = steps.map(step => ('storage' in step ? { ...step, storage: this.#model.specOf(step.storage) } : step))
    const mark = (at: number): string => (at === failedAt ? '!' : leftOut.includes(at) ? '-' : ' ')
    const how = [...(leavesOut ? ['leaving out'] : []), ...(abortsAt === undefined ? [] : [`aborted at ${abortsAt}`])]
    return [...how, ...shown.map((step, at) => `${mark(at)} ${JSON.stringify(step)}`)].join('\n')
  }

  #expect(steps: readonly Step[], asking: Asking): Expected {
    const outcome = this.#model.apply(steps, asking)
    this.onlookers.told(this.#model.state, outcome.disturbed)
    return { steps, outcome }
  }
}
