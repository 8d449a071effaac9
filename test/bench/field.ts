import { join } from 'node:path'
import { LoopDevice } from '../faults/loop-device.ts'
import type { Scratch } from '../harness/scratch.ts'
import { type BenchStore, dropPageCache, stampFile, storeArguments } from './contenders/bench-store.ts'
import { type Contender, processTree } from './contenders/contender.ts'
import { fioOn } from './contenders/fio.ts'
import { startIstgt } from './contenders/istgt.ts'
import { isLunkitd, startLunkitd } from './contenders/lunkitd.ts'
import { startPlain } from './contenders/plain.ts'
import { startTgtd } from './contenders/tgt.ts'
import { type Duration, faultOf, type LoadReport, loadArguments, runLoad } from './load-run.ts'
import type { Programs } from './programs.ts'
import { ContenderName, isDevice, isDirect, type Row, StoreKind } from './rows.ts'

/** How large stores are, in bytes; cold ones larger, so that a run does not come to their end. */
export type StoreSizes = { readonly warmBytes: number; readonly coldBytes: number }

/** What fields are made with. */
export type Ground = {
  readonly programs: Programs
  readonly scratch: Scratch
  /** Where files lie that stand for memory: in a tmpfs. */
  readonly memory: Scratch
  readonly sizes: StoreSizes
}

/** Servers of one kind of store, each on an equal store of its own, ready to be measured in turn. */
export class Field {
  readonly contenders: Contender[] = []
  readonly #ground: Ground
  readonly #kind: StoreKind
  readonly #devices: LoopDevice[] = []

  private constructor(ground: Ground, kind: StoreKind) {
    this.#ground = ground
    this.#kind = kind
  }

  /** Makes the stores and starts the servers. */
  static async open(ground: Ground, kind: StoreKind, names: readonly ContenderName[]): Promise<Field> {
    const field = new Field(ground, kind)
    try {
      for (const name of names) field.contenders.push(await field.#start(name))
    } catch (error) {
      await field.close()
      throw error
    }
    return field
  }

  /**
   * One run of a row on one contender, checked.
   *
   * @throws Error when a command failed or a block was wrong: its figures count for nothing
   */
  async run(row: Row, contender: Contender, duration: Duration): Promise<LoadReport> {
    if (contender.runAlone) return contender.runAlone(row.load, duration)
    const cold = this.#kind === StoreKind.cold
    // Where the page cache is to have no part, what was verified there is still in the way of the next writes.
    if (cold || isDirect(this.#kind)) await dropPageCache(contender.store)
    const pids = processTree(contender.pid).flatMap(pid => ['--pid', String(pid)])
    // A cold file is warm after half a second: what came before cannot be left out.
    const shape = loadArguments(row.load, cold ? { ...duration, warmSeconds: 0 } : duration)
    const args = [...contender.reach, ...storeArguments(contender.store), ...shape, ...pids, '--sweep']
    const report = await runLoad(this.#ground.programs.load, args, duration.seconds)
    const fault = faultOf(report)
    if (fault !== undefined) throw new Error(`${row.name} on ${contender.name}: ${fault}`)
    return report
  }

  /** Ends the servers. */
  async close(): Promise<void> {
    const ended = await Promise.allSettled(this.contenders.map(contender => contender.stop()))
    for (const device of this.#devices) device[Symbol.dispose]()
    const failures = ended.flatMap(each => (each.status === 'rejected' ? [each.reason as unknown] : []))
    if (failures.length > 0) throw new AggregateError(failures, failures.map(String).join('\n'))
  }

  async #start(name: ContenderName): Promise<Contender> {
    const { programs, scratch } = this.#ground
    const store = await this.#makeStore(name)
    const contender = await this.#serve(name, store, scratch.path(`${name}.d`))
    if (store.ledger !== undefined && store.path === undefined) {
      await runLoad(programs.load, [...contender.reach, ...storeArguments(store), '--seconds', '0', '--fill'])
    }
    return contender
  }

  #serve(name: ContenderName, store: BenchStore, directory: string): Promise<Contender> {
    if (isLunkitd(name)) return startLunkitd({ name, kind: this.#kind, store, directory })
    if (name === ContenderName.istgt) return startIstgt(store, directory)
    if (name === ContenderName.fio) return Promise.resolve(fioOn(store))
    if (name === ContenderName.tgtd) return startTgtd(this.#kind, store)
    return startPlain(this.#ground.programs, store)
  }

  async #makeStore(name: ContenderName): Promise<BenchStore> {
    const { programs, scratch, memory, sizes } = this.#ground
    const sizeBytes = this.#kind === StoreKind.cold ? sizes.coldBytes : sizes.warmBytes
    if (this.#kind === StoreKind.nothing || name === ContenderName.echo) return { sizeBytes }
    const ledger = scratch.path(`${name}.ledger`)
    if (this.#kind === StoreKind.memory && name === ContenderName.lunkitd) return { sizeBytes, ledger }
    const directory = this.#kind === StoreKind.memory ? memory.directory : scratch.directory
    const store = { sizeBytes, ledger, path: join(directory, `${name}.img`) }
    await stampFile(programs, store)
    return isDevice(this.#kind) ? { ...store, path: this.#deviceOn(store.path) } : store
  }

  #deviceOn(file: string): string {
    const device = LoopDevice.on(file, { direct: isDirect(this.#kind) })
    this.#devices.push(device)
    return device.path
  }
}
