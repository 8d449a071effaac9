import { setTimeout as delay } from 'node:timers/promises'
import { connect, type LogicalUnit, type Session } from '@lunkit/initiator'
import { outcomeOf } from '../harness/command-outcome.ts'
import { Daemon, type LogRecord } from '../harness/daemon.ts'
import type { StorageObject } from '../harness/save-config.ts'
import { Scratch } from '../harness/scratch.ts'
import { Bugs } from './bugs.ts'
import { Ledger } from './ledger.ts'
import { SystemCalls } from './system-calls.ts'
import { VerifiedLoad } from './verified-load.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:faults'
const neighbourBytes = 4 * 2 ** 20
const neighbourBlocks = 64
const neighbourDepth = 2
const pollMs = 5
/** The longest that anything may take that a test waits for. */
const patienceMs = 45_000

/** A disk of a test, in the words that matter here: a fileio store that writes back, through the page cache, unless it says otherwise. */
type RigDisk = {
  readonly name: string
  readonly sizeBytes: number
  readonly path?: string
  readonly writeBack?: boolean
  /** Past the page cache. */
  readonly aio?: boolean
  readonly plugin?: 'ramdisk'
}

/** What a test's lunkitd is given. */
export type RigOptions = {
  readonly disks: readonly RigDisk[]
  readonly startedBy?: readonly string[]
  /** Whether bugs can be planted into it. */
  readonly bugs?: boolean
  /** Its directory, where a test has made one for its own files. */
  readonly scratch?: Scratch
}

/**
 * A lunkitd that a test does harm to, with one disk more than the test asks for: the neighbour, on which a checked load
 * runs all the while. At the end the neighbour must not have noticed anything.
 */
export class Rig implements AsyncDisposable {
  readonly scratch: Scratch
  readonly calls: SystemCalls
  readonly bugs: Bugs
  daemon: Daemon
  /** The load on the last LUN. */
  neighbour: VerifiedLoad
  /** Messages of the errors that lunkitd is to log, and no others. */
  readonly expected: RegExp[] = []
  /** What it is to end with after SIGTERM. */
  expectedCode = 0
  readonly #stores: readonly StorageObject[]
  readonly #options: RigOptions
  readonly #sessions: Session[] = []

  private constructor(parts: Pick<Rig, 'scratch' | 'calls' | 'bugs' | 'daemon'>, options: RigOptions) {
    this.scratch = parts.scratch
    this.calls = parts.calls
    this.bugs = parts.bugs
    this.daemon = parts.daemon
    this.#options = options
    this.#stores = storesOf(options, parts.scratch)
    this.neighbour = new VerifiedLoad({ units: [], ledger: new Ledger(0), depth: 0 })
  }

  static async start(options: RigOptions): Promise<Rig> {
    const scratch = options.scratch ?? (await Scratch.create('faults'))
    const calls = await SystemCalls.prepare(scratch)
    const bugs = new Bugs(scratch)
    const parts = { scratch, calls, bugs, daemon: await startDaemon(options, { scratch, calls, bugs }) }
    const rig = new Rig(parts, options)
    await rig.#startNeighbour()
    return rig
  }

  /** Where a disk's file is. */
  file(lun = 0): string {
    const store = this.#stores[lun]
    if (store?.plugin !== 'fileio') throw new Error(`LUN ${lun} is no file`)
    return store.path
  }

  /** Logs in and makes a unit ready. */
  async unit(lun = 0): Promise<LogicalUnit> {
    const { host, port, iqn: target } = this.daemon.address(lun)
    const session = await connect({ host, port, target, strict: true, attentions: 'command', keepAlive: false })
    this.#sessions.push(session)
    const unit = session.lun(lun)
    await unit.ready()
    return unit
  }

  /** The same unit through several sessions. */
  units(count: number, lun = 0): Promise<LogicalUnit[]> {
    return Promise.all(Array.from({ length: count }, () => this.unit(lun)))
  }

  /** Resolves with the first record of the log whose message is like this. */
  async logged(message: RegExp): Promise<LogRecord> {
    let found: LogRecord | undefined
    await until(
      () => `lunkitd logs ${message}; it logged\n${this.daemon.log}`,
      () => {
        found = this.daemon.records.find(({ msg }) => message.test(msg))
        return found !== undefined
      },
    )
    return found as LogRecord
  }

  /** How often a message like this stands in the log. */
  timesLogged(message: RegExp): number {
    return this.daemon.records.filter(({ msg }) => message.test(msg)).length
  }

  /** Ends lunkitd by a signal; resolves with its exit code, or the signal that ended it. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | NodeJS.Signals | null> {
    await this.neighbour.stop()
    for (const session of this.#sessions) session.destroy()
    this.daemon.signal(signal)
    return this.daemon.ended()
  }

  /** Starts lunkitd again after it has ended, with a neighbour as before. */
  async restart(): Promise<void> {
    await this.daemon.ended()
    this.daemon = await startDaemon(this.#options, this)
    await this.#startNeighbour()
  }

  /** The neighbour has done this many commands more, and none has failed. */
  async neighbourServes(count = 20): Promise<void> {
    await this.neighbour.goesOn(count)
    if (this.neighbour.failures.size > 0)
      throw new Error(`the neighbour saw ${[...this.neighbour.failures.keys()].join(', ')}`)
  }

  /** Ends all, and checks the neighbour's disk through the wire and in its file. */
  async [Symbol.asyncDispose](): Promise<void> {
    try {
      const lun = this.#stores.length - 1
      await this.neighbourServes()
      await this.neighbour.stop()
      await this.neighbour.ledger.checkUnit(await this.unit(lun))
      await this.neighbour.ledger.checkFile(this.file(lun))
      for (const session of this.#sessions) session.destroy()
      await this.daemon.stop({ errors: this.expected, code: this.expectedCode })
    } finally {
      await this.abandon()
    }
  }

  /** Ends all, whatever it did. */
  async abandon(): Promise<void> {
    for (const session of this.#sessions) session.destroy()
    await this.neighbour.stop()
    this.daemon.signal('SIGKILL')
    await this.daemon.ended()
    this.calls.close()
    if (!this.#options.scratch) await this.scratch.remove()
  }

  async #startNeighbour(): Promise<void> {
    const lun = this.#stores.length - 1
    const blocks = neighbourBlocks
    const unit = await this.unit(lun)
    const ledger = this.neighbour.ledger.blocks > 0 ? this.neighbour.ledger : new Ledger(blocks)
    this.neighbour = new VerifiedLoad({ units: [unit], ledger, depth: neighbourDepth })
    await this.neighbour.goesOn(neighbourDepth)
  }
}

function startDaemon(options: RigOptions, parts: Pick<Rig, 'scratch' | 'calls' | 'bugs'>): Promise<Daemon> {
  const { scratch, calls, bugs } = parts
  return Daemon.start({ iqn, stores: storesOf(options, scratch) }, scratch.directory, {
    environment: { ...calls.environment, ...bugs.environment },
    ...(options.startedBy && { startedBy: options.startedBy }),
    ...(options.bugs && { nodeArguments: bugs.nodeArguments }),
  })
}

function storesOf({ disks }: RigOptions, scratch: Scratch): StorageObject[] {
  const all = [...disks, { name: 'neighbour', sizeBytes: neighbourBytes }] as readonly RigDisk[]
  return all.map(({ name, sizeBytes, path = scratch.path(`${name}.img`), writeBack = true, aio = false, plugin }) =>
    plugin ? { plugin, name, sizeBytes } : { plugin: 'fileio', name, sizeBytes, path, writeBack, aio },
  )
}

/** Waits until something holds; `what` is asked for when it is too late. */
export async function until(what: string | (() => string), holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadlineMs = performance.now() + patienceMs
  while (!(await holds())) {
    if (performance.now() > deadlineMs)
      throw new Error(`not within ${patienceMs} ms: ${typeof what === 'string' ? what : what()}`)
    await delay(pollMs)
  }
}

/** Waits until a command ends in one of these ways; resolves with all ways in which it ended, without repetitions. */
export async function outcomesUntil(last: string, command: () => Promise<unknown>): Promise<string[]> {
  const outcomes: string[] = []
  await until(
    () => `a command ends with ${last}; it ended with ${outcomes.join(', ')}`,
    async () => {
      const outcome = await outcomeOf(command())
      if (outcomes.at(-1) !== outcome) outcomes.push(outcome)
      return outcome === last
    },
  )
  return outcomes
}
