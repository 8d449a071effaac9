import { connect, type Session } from '@lunkit/initiator'
import { Scratch } from '../../harness/scratch.ts'
import { SeededRandom } from '../../harness/seeded-random.ts'
import { Mount } from '../mount.ts'
import { until } from '../rig.ts'
import { type Leaving, Medium } from './medium.ts'
import { type MediumCall, MediumLog, mediumOf } from './medium-log.ts'
import type { PowerMode } from './modes.ts'
import { PowerDisk } from './power-disk.ts'
import { PowerHost } from './power-host.ts'
import { PowerLoad } from './power-load.ts'

const memoryBytes = 768 * 2 ** 20
const fileSystemBytes = 64 * 2 ** 20
/** The least and the most commands that a disk does before its power fails. */
const [fewest, most] = [20, 100]
/** Blocks that are read at a time. */
const wholeRead = 64
const leavings: readonly Leaving[] = ['nothing', 'nothing', 'anything', 'all']

/** What is served, and what is planted into what serves it. */
export type PowerRigOptions = {
  readonly modes: readonly PowerMode[]
  readonly seed: number
  /** Modules that its Node loads first. */
  readonly imports?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  /** Cuts that a round makes of each disk beside the one that ended it, each right after something was promised. */
  readonly earlierCuts?: number
}

/** Disks in several ways, whose power fails. */
export class PowerRig implements AsyncDisposable {
  /** How many cuts were looked at, over all disks. */
  cuts = 0
  /** How many commands ended well. */
  commands = 0
  /** What was not as it had been promised. */
  readonly findings: string[] = []
  readonly #options: PowerRigOptions
  readonly #random: SeededRandom
  readonly #held: AsyncDisposableStack
  readonly #scratch: Scratch
  readonly #library: string
  readonly #disks: readonly PowerDisk[]

  private constructor(
    options: PowerRigOptions,
    parts: { held: AsyncDisposableStack; scratch: Scratch; library: string; disks: readonly PowerDisk[] },
  ) {
    this.#options = options
    this.#random = new SeededRandom(options.seed)
    this.#held = parts.held
    this.#scratch = parts.scratch
    this.#library = parts.library
    this.#disks = parts.disks
  }

  static async start(options: PowerRigOptions): Promise<PowerRig> {
    await using held = new AsyncDisposableStack()
    const own = held.adopt(await Scratch.create('power'), each => each.remove())
    const memory = held.use(await Mount.memory(own, 'memory', memoryBytes))
    const library = await MediumLog.compile(own)
    const files = { file: memory.path('files.img'), sizeBytes: fileSystemBytes }
    const fileSystem = held.use(await Mount.ext4(own, 'files', files))
    // Loop devices of files in memory lose what they can do with space once they were asked for it.
    const scratch = await Scratch.create('disks', fileSystem.directory)
    const disks: PowerDisk[] = []
    for (const [unit, mode] of options.modes.entries())
      disks.push(held.use(await PowerDisk.make(mode, { scratch, unit })))
    const logs = await Scratch.create('logs', memory.directory)
    return new PowerRig(options, { held: held.move(), scratch: logs, library, disks })
  }

  /** Serves all disks under load until their power fails, or until they are closed in order, after which all is promised. */
  async round(end: 'SIGKILL' | 'SIGTERM' = 'SIGKILL'): Promise<void> {
    using log = MediumLog.begin(this.#scratch, this.#library)
    const loads = await this.#loadUntilEnd(log, end)
    const calls = log.calls()
    for (const [index, disk] of this.#disks.entries()) {
      const own = calls.filter(({ medium }) => medium === mediumOf(disk.path))
      const medium = new Medium(disk.shape, disk.image, own)
      this.#note(
        disk,
        medium.unexplained(disk.read()).map(block => `block ${block} was changed without a note`),
      )
      this.#note(disk, loads[index]?.failures ?? [])
      this.#cutSidecar(disk, calls, log.now())
      this.#cut(disk, medium, { now: log.now(), promises: loads[index]?.promises ?? [] })
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#held.disposeAsync()
  }

  async #loadUntilEnd(log: MediumLog, end: 'SIGKILL' | 'SIGTERM'): Promise<PowerLoad[]> {
    const { imports = [], environment = {} } = this.#options
    const start = { disks: this.#disks.map(({ mode, path }) => ({ mode: mode.name, path })) }
    const host = await PowerHost.start(start, { environment: { ...environment, ...log.environment }, imports })
    const sessions: Session[] = []
    for (const _ of this.#disks) sessions.push(await connect({ ...host.address, strict: true, keepAlive: false }))
    const loads = await Promise.all(sessions.map((session, lun) => this.#load(session, lun, log)))
    const enough = this.#random.between(fewest, most) * loads.length
    const good = (): number => loads.reduce((sum, load) => sum + load.good, 0)
    await until(
      () => `the disks do ${enough} commands; they did ${good()}`,
      () => good() >= enough || loads.some(load => load.failures.length > 0),
    )
    if (end === 'SIGTERM') for (const load of loads) await load.stop()
    await host.end(end)
    await Promise.all(loads.map(load => load.stop()))
    for (const session of sessions) session.destroy()
    this.commands += good()
    // What was closed in order has lost nothing.
    if (end === 'SIGTERM') for (const { ledger } of loads) ledger.flushed(ledger.open(), log.now())
    return loads
  }

  async #load(session: Session, lun: number, log: MediumLog): Promise<PowerLoad> {
    const unit = session.lun(lun)
    await unit.ready()
    const { ledger, mode, shape } = this.#disks[lun] as PowerDisk
    // Whatever a cut has left can be read, all of it.
    for (let lba = 0; lba < shape.blocks; lba += wholeRead) await unit.read(lba, wholeRead)
    const random = new SeededRandom(this.#random.next())
    return new PowerLoad({ unit, ledger, isThrough: mode.isThrough, random, now: () => log.now() })
  }

  /** Cuts the power at earlier moments, and then at the end, from which the disk goes on. */
  #cut(disk: PowerDisk, medium: Medium, { now, promises }: { now: number; promises: readonly number[] }): void {
    const random = this.#random
    const { earlierCuts = 3 } = this.#options
    const earlier = promises.length === 0 ? [] : Array.from({ length: earlierCuts }, () => random.pick(promises))
    let image = disk.image
    for (const cutAt of [...earlier, now]) {
      image = medium.after(cutAt, random.pick(leavings), random)
      this.#note(disk, disk.ledger.findings(image, cutAt))
      this.cuts++
    }
    disk.restore(image)
  }

  /** It loses its power when the disk does, at the end. */
  #cutSidecar(disk: PowerDisk, calls: readonly MediumCall[], now: number): void {
    const { sidecar } = disk
    if (!sidecar) return
    const own = calls.filter(({ medium }) => medium === mediumOf(sidecar.path))
    const medium = new Medium(sidecar.shape, sidecar.image, own)
    disk.restoreSidecar(medium.after(now, this.#random.pick(leavings), this.#random))
  }

  #note({ mode }: PowerDisk, findings: readonly string[]): void {
    this.findings.push(...findings.map(finding => `${mode.name}: ${finding}`))
  }
}
