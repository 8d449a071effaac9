import { rm } from 'node:fs/promises'
import { ChangingTree } from '../harness/changing-tree.ts'
import type { Daemon } from '../harness/daemon.ts'
import { lunsOf, type ServedConfig, type StorageObject, saveConfig, storesOf } from '../harness/save-config.ts'
import { SeededRandom } from '../harness/seeded-random.ts'
import { cliLines } from './cli-lines.ts'
import type { LoadedEdit } from './loaded-edit.ts'
import { LunkitCommands } from './lunkit-commands.ts'
import type { EditCounts, ToldEdits } from './told-edits.ts'
import { isUnderLoad, planOf } from './unit-plan.ts'
import { WAYS_TO_BE_WRONG } from './wrong-config.ts'

/** One edit in so many is wrong. */
const WRONG_ONE_IN = 6
/** One in so many is made by `lunkitd --reload`, which takes longer than a signal. */
const COMMANDED_ONE_IN = 25
/** One in so many is made by `lunkit`, where it has a command for it. */
const BY_LUNKIT_ONE_IN = 8

/** What edits of a configuration need. */
export interface ConfigEditsOptions {
  readonly served: ServedConfig
  readonly directory: string
  readonly seed: number
  /** The lunkitd that serves it now. */
  readonly daemon: () => Daemon
}

/** Edits lunkitd's configuration at random, and has lunkitd take it anew. */
export class ConfigEdits {
  readonly #options: ConfigEditsOptions
  readonly #tree: ChangingTree
  /** Storage objects under load that are closed. */
  readonly #closed = new Map<number, StorageObject>()
  readonly #commands: LunkitCommands
  #edits = 0
  #refused = 0

  constructor(options: ConfigEditsOptions) {
    const { served, directory, seed } = options
    this.#options = options
    this.#commands = new LunkitCommands(directory)
    this.#tree = new ChangingTree(served, { random: new SeededRandom(seed), directory, fixedLuns: [] })
  }

  /** What lunkitd is to serve now. */
  get served(): ServedConfig {
    return this.#tree.served
  }

  get counts(): EditCounts {
    return { edits: this.#edits, refused: this.#refused, commands: this.#commands.count }
  }

  /** Changes something of what is not under load; or tries something that is wrong, which changes nothing. */
  async edit(told: ToldEdits): Promise<void> {
    const { random } = this.#tree
    const before = this.served
    const after = this.#tree.next()
    const wrong = random.once(WRONG_ONE_IN)
    if (wrong) this.#tree.change(() => before)
    try {
      if (wrong) await this.#refuse(after)
      else if (String([...lunsOf(before).keys()]) === String([...lunsOf(after).keys()])) await this.#change(before)
      else await told.concerning(() => this.#change(before))
    } catch (error) {
      this.#tree.change(() => before)
      throw error
    }
    await removeFiles(wrong ? after : before, this.served)
  }

  /** Changes a unit that is under load. */
  async perform(edit: LoadedEdit): Promise<void> {
    const { lun } = edit
    const before = this.served
    const change = (which: (store: StorageObject) => readonly StorageObject[]) =>
      this.#tree.change(served => ({
        ...served,
        stores: served.stores.flatMap(store => (store.lun === lun ? which(store) : [store])),
      }))
    const closed = this.#closed.get(lun)
    if (edit.kind === 'resize') change(store => [{ ...store, sizeBytes: edit.blocks * planOf(lun).blockSizeBytes }])
    else if (edit.kind === 'close') change(store => (this.#closed.set(lun, store), []))
    else if (edit.kind === 'restore' && closed)
      this.#tree.change(served => ({ ...served, stores: [...served.stores, closed] }))
    else throw new Error(`a configuration cannot ${edit.kind} LUN ${lun}`)
    await this.#change(before)
  }

  async #change(before: ServedConfig): Promise<void> {
    const lines = cliLines(before, this.served)
    if (lines && this.#tree.random.once(BY_LUNKIT_ONE_IN)) return this.#command(lines)
    const steps = await this.#reload(this.served)
    this.#edits++
    if (steps === 0) throw new Error(`lunkitd found nothing to change: ${textOf(before)} became ${textOf(this.served)}`)
  }

  /** What the right configuration has is there then: there is nothing left to do for it. */
  async #command(lines: readonly string[]): Promise<void> {
    await this.#commands.give(lines, this.#tree.random.once(2))
    this.#edits++
    const steps = await this.#reload(this.served)
    if (steps > 0)
      throw new Error(`lunkit has left ${steps} changes to make:\n${lines.join('\n')}\n${textOf(this.served)}`)
  }

  /** Nothing has changed, which the right configuration shows: there is nothing to do for it. */
  async #refuse(served: ServedConfig): Promise<void> {
    if (this.#tree.random.once(BY_LUNKIT_ONE_IN)) return this.#refuseCommand()
    const { text, reason } = this.#tree.random.pick(WAYS_TO_BE_WRONG)(served)
    const said = await this.#reload(text).then(steps => `nothing, and made ${steps} changes`, String)
    this.#refused++
    const steps = await this.#reload(this.served)
    if (!said.includes(reason)) throw new Error(`lunkitd was to refuse: ${reason}; it said: ${said}`)
    if (steps > 0) throw new Error(`lunkitd refused ${reason}, but ${steps} changes were made`)
  }

  async #refuseCommand(): Promise<void> {
    const { random } = this.#tree
    await this.#commands.giveWrong(this.served, random)
    this.#refused++
    const steps = await this.#reload(this.served)
    if (steps > 0) throw new Error(`lunkit refused a command, but ${steps} changes were made`)
  }

  #reload(served: ServedConfig | string): Promise<number> {
    const daemon = this.#options.daemon()
    return this.#tree.random.once(COMMANDED_ONE_IN) ? daemon.reloadByCommand(served) : daemon.reload(served)
  }
}

const textOf = (served: ServedConfig): string => JSON.stringify(saveConfig(served))

/** The files of storage objects that are no more, as an administrator does. */
async function removeFiles(before: ServedConfig, after: ServedConfig): Promise<void> {
  const left = new Set(storesOf(after).map(({ name }) => name))
  for (const store of storesOf(before))
    if (store.plugin === 'fileio' && !left.has(store.name) && !isUnderLoad(store.name))
      await rm(store.path, { force: true })
}
