import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DiskServer, type Step } from 'lunkit'
import { vi } from 'vitest'
import { PlantedDisks } from './planted-disks.ts'
import { same } from './same.ts'
import { HOSTS, StepChooser, TARGETS } from './tree-choice.ts'
import { TreeModel } from './tree-model.ts'
import { TreeOnlookers } from './tree-onlookers.ts'
import { compare, type Expected } from './tree-outcome.ts'

/** A transaction of a case. */
export interface CaseTransaction {
  readonly seed: number
  /** How many steps it has at most, beside a wrong one. */
  readonly count: number
  /** Whether it is first tried with something among it that cannot be done. */
  readonly wrong: boolean
  /** Whether another one is asked for before it is done. */
  readonly crowded: boolean
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
  #idleDescriptors = 0
  #removed: ReadonlySet<string> = new Set()

  private constructor(blocker: Server) {
    this.#server = new DiskServer({ transferMemoryBytes: SMALL_MEMORY_BYTES, lanes: 1 })
    this.#blocker = blocker
    this.#takenPort = (blocker.address() as { port: number }).port
    this.#directory = mkdtempSync(join(tmpdir(), 'lunkit-tree-'))
    this.#disks = new PlantedDisks(this.#directory)
  }

  static async start(): Promise<TreeCases> {
    const blocker = createServer().listen(0, HOSTS[0])
    await new Promise(resolve => blocker.once('listening', resolve))
    const cases = new TreeCases(blocker)
    await cases.#warmUp()
    return cases
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.close()
    await this.#other.close()
    await new Promise(resolve => this.#blocker.close(resolve))
    rmSync(this.#directory, { recursive: true })
  }

  /** Changes a tree from nothing, and back to nothing. */
  async run(transactions: readonly CaseTransaction[]): Promise<void> {
    const model = new TreeModel(storage => this.#disks.specOf(storage), this.#takenPort)
    // The server knows them for longer than a case.
    for (const name of this.#removed) model.state.removed.add(name)
    const run = new TreeRun(this.#server, model, this.#idleDescriptors)
    const chooser = new StepChooser(this.#disks, this.#takenPort)
    await run.apply([chooser.first(transactions[0]?.seed ?? 0)])
    for (const transaction of transactions) {
      const { steps, wrong } = chooser.choose(model.state, transaction)
      if (wrong) await run.apply([steps.toSpliced(wrong.at, 0, wrong.step)])
      if (!transaction.crowded) await run.apply([steps])
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

const toNothing = ({ state }: TreeModel): Step[] => [
  ...[...state.targets.keys()].map((target): Step => ({ kind: 'removeTarget', target })),
  ...[...state.disks.keys()].map((disk): Step => ({ kind: 'closeDisk', disk })),
  { kind: 'changeServer', limits: {}, pollUs: 0, refuseDiscovery: false },
]

const descriptors = (): number => readdirSync('/proc/self/fd').length

/** A transaction, or what it is once those before it are done in the model. */
type Asked = readonly Step[] | (() => readonly Step[])

/** One case. */
class TreeRun {
  readonly onlookers: TreeOnlookers
  readonly history: string[] = []
  readonly #server: DiskServer
  readonly #model: TreeModel
  readonly #idleDescriptors: number

  constructor(server: DiskServer, model: TreeModel, idleDescriptors: number) {
    this.#idleDescriptors = idleDescriptors
    this.#server = server
    this.#model = model
    this.onlookers = new TreeOnlookers(server)
  }

  /** Asks for transactions at one time: each is done, or leaves no trace, as the model says. */
  async apply(asked: readonly Asked[]): Promise<void> {
    const expected = asked.map(each => this.#expect(typeof each === 'function' ? each() : each))
    try {
      const results = await Promise.allSettled(expected.map(({ steps }) => this.#server.tree.apply(steps)))
      for (const [at, result] of results.entries()) compare(result, expected[at] as Expected)
      await this.onlookers.look(this.#model.state)
      await this.hold()
      this.history.push(expected.map(each => this.#describe(each)).join('\nand at the same time\n'))
    } catch (error) {
      const text = expected.map(each => this.#describe(each)).join('\nand at the same time\n')
      this.history.push(text)
      throw new Error(`${String(error)}\nafter\n${this.history.join('\nthen\n')}`, { cause: error })
    }
  }

  /** What is held is what there is, soon: what closes takes its time. */
  async hold(): Promise<void> {
    const { state } = this.#model
    const open = state.openDisks
    const files = open.filter(({ spec }) => spec.file !== undefined).length
    const portals = new Set(state.groups.flatMap(each => each.portals)).size
    const right = {
      // A file has one for reading what needs no lane. Both ends of each session are this process's.
      descriptors: this.#idleDescriptors + portals + 2 * files + 2 * this.onlookers.sessions,
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
    return { descriptors: descriptors(), transferBytes, disks: [...disks].length, units, portIds: portIds.size }
  }

  #describe({ steps, outcome: { failedAt } }: Expected): string {
    const shown = steps.map(step => ('storage' in step ? { ...step, storage: this.#model.specOf(step.storage) } : step))
    return shown.map((step, at) => `${at === failedAt ? '! ' : '  '}${JSON.stringify(step)}`).join('\n')
  }

  #expect(steps: readonly Step[]): Expected {
    const outcome = this.#model.apply(steps)
    this.onlookers.told(this.#model.state, outcome.disturbed)
    return { steps, outcome }
  }
}
