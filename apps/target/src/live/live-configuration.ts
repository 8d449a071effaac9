import {
  applyEdit,
  type Configuration,
  type DocumentChange,
  difference,
  documentChanges,
  type EditCall,
  type Generation,
  type Notice,
  type PlanStep,
  type ServingPlan,
  withPartsOf,
} from '@lunkit/config'
import { type LoadedConfiguration, UnusableConfiguration } from '../configuration.ts'
import type { MeantConfiguration } from '../serving/meant-configuration.ts'
import type { ServedChange } from '../serving/served-configuration.ts'
import { type ConfigurationFile, NoConfigurationFile } from './configuration-file.ts'
import { LostChanges } from './lost-changes.ts'
import { Turns } from './turns.ts'

/** What came of a change. */
export interface Changed extends ServedChange {
  /** What changed of the document. */
  readonly changes: readonly DocumentChange[]
  readonly meant: MeantConfiguration
}

/** What came of edits. */
export interface EditsDone extends Changed {
  /** What was made, by its path in targetcli's tree, in order. */
  readonly made: readonly string[]
}

/** What becomes of a configuration that is served. */
export type LiveNews =
  | { readonly kind: 'changed'; readonly changes: readonly DocumentChange[]; readonly steps: number }
  | { readonly kind: 'saved'; readonly path: string }

/** What would come of a change. */
export interface Foreseen {
  readonly steps: readonly PlanStep[]
  /** Of the document. */
  readonly changes: readonly DocumentChange[]
  readonly notices: readonly Notice[]
}

/** What a configuration is served with. */
export interface LiveOptions {
  /** The configuration that is served now, as it was read. */
  readonly first: LoadedConfiguration
  /** What that was planned with; `rereads` is whether secrets that stand elsewhere are read again. */
  readonly planner: {
    plan(configuration: Configuration, how?: { readonly rereads: boolean }): ServingPlan | Promise<ServingPlan>
  }
  /** Undefined: it stands in none. */
  readonly file: Pick<ConfigurationFile, 'path' | 'read' | 'look' | 'save'> | undefined
  /** What a plan means on this machine. */
  readonly meaning: (plan: ServingPlan) => Promise<MeantConfiguration>
  /** Has it served, all of it or nothing. */
  readonly served: {
    clearFault(disk: string): Promise<void>
    change(meant: MeantConfiguration, how: { readonly leavesOut: boolean }): Promise<ServedChange>
  }
  /** Is told what becomes of it. */
  readonly tell?: (news: LiveNews) => void
}

/**
 * The configuration that is served, while it is changed: by edits, by another document, by its file that is read again. One
 * change after another, each of them whole or not at all; what is served and the document that is kept here say the same.
 */
export class LiveConfiguration {
  readonly #options: LiveOptions
  readonly #turns = new Turns()
  #configuration: Configuration
  #plan: ServingPlan
  /** As it stands in the file, as far as is known here. */
  #saved: Configuration

  constructor(options: LiveOptions) {
    const { configuration, plan } = options.first
    this.#options = options
    this.#configuration = configuration
    this.#plan = plan
    this.#saved = configuration
  }

  /** As it is served. */
  get configuration(): Configuration {
    return this.#configuration
  }

  /** Where it differs from its file, as that was read or saved last. */
  get unsaved(): readonly DocumentChange[] {
    return documentChanges(this.#saved, this.#configuration)
  }

  /**
   * Makes edits, one on top of the other, as one change.
   * @throws {EditError} for one that cannot be made; the errors of `apply`. Nothing has changed then.
   */
  edit(calls: readonly EditCall[]): Promise<EditsDone> {
    return this.#turns.next(async () => {
      const { configuration, made } = edited(this.#configuration, calls)
      return { ...(await this.#become(configuration)), made }
    })
  }

  /**
   * Whether edits can be made, and what would come of them; whether that can be served is not looked at.
   * @throws {EditError} for one that cannot be made.
   */
  async tryEdits(calls: readonly EditCall[]): Promise<Foreseen & Pick<EditsDone, 'made'>> {
    const { configuration, made } = edited(this.#configuration, calls)
    return { ...(await this.foresee(configuration)), made }
  }

  /** What another configuration would change of what is served; it is not looked at whether it can be. */
  async foresee(configuration: Configuration): Promise<Foreseen> {
    const meant = this.#withParts(configuration)
    const plan = await this.#options.planner.plan(meant)
    const changes = documentChanges(this.#configuration, meant)
    return { steps: difference(this.#plan, plan), changes, notices: plan.notices }
  }

  /** Whether somebody else has changed the file since it was read or saved here. What cannot be read has been changed. */
  async isChangedOutside(): Promise<boolean> {
    try {
      return documentChanges(this.#saved, await this.#file.look()).length > 0
    } catch (error) {
      if (error instanceof UnusableConfiguration) return true
      throw error
    }
  }

  /**
   * Serves another configuration, all of it or nothing; with `leavesOut` without what cannot be opened, which it keeps.
   * @throws {StepError} for what cannot be done, {Error} for what no server changes while it serves.
   */
  apply(configuration: Configuration, { leavesOut = false } = {}): Promise<Changed> {
    return this.#turns.next(() => this.#become(this.#withParts(configuration), { leavesOut }))
  }

  /**
   * Reads the file again and serves what it says. What is served and was not saved is lost only with `discard`.
   * @throws {LostChanges} where something was not saved, {UnusableConfiguration} for a file that is wrong, and the errors of `apply`.
   */
  reload({ discard = false } = {}): Promise<Changed> {
    return this.#turns.next(async () => {
      const file = this.#file
      const { unsaved } = this
      if (unsaved.length > 0 && !discard)
        throw new LostChanges('what is served was changed and not saved', unsaved, 'save it, or discard it')
      const configuration = this.#withParts(await file.read())
      const changed = await this.#become(configuration, { rereads: true })
      this.#saved = configuration
      return changed
    })
  }

  /**
   * Saves what is served; it is on the disk when this resolves, with the generation in which what the file was is kept. What somebody else has changed in the file is lost only with `force`.
   * @throws {LostChanges} where the file has changed, and the file system's error.
   */
  save({ force = false } = {}): Promise<Generation | undefined> {
    return this.#turns.next(async () => {
      const file = this.#file
      const { tell } = this.#options
      if (!force) await this.#refuseLoss()
      const configuration = this.#configuration
      const before = await file.save(configuration)
      this.#saved = configuration
      tell?.({ kind: 'saved', path: file.path })
      return before
    })
  }

  /**
   * Has a disk that is open be written again after a flush that failed; that is kept when this resolves.
   * @throws {StepError} where it is not open.
   */
  clearFault(disk: string): Promise<void> {
    return this.#turns.next(() => this.#options.served.clearFault(disk))
  }

  /** Resolves when nothing is under way. */
  settled(): Promise<void> {
    return this.#turns.settled()
  }

  /** A file that is not there, or cannot be read, holds nothing that could be lost unless it did before. */
  async #refuseLoss(): Promise<void> {
    const configuration = await this.#file.read()
    const changes = documentChanges(this.#saved, configuration)
    if (changes.length === 0) return
    throw new LostChanges('the file was changed since it was read', changes, 'have it read again, or save by force')
  }

  get #file(): NonNullable<LiveOptions['file']> {
    const { file } = this.#options
    if (file === undefined) throw new NoConfigurationFile()
    return file
  }

  /** What does not come of an edit says most of it again: what is the same is not planned anew. */
  #withParts(configuration: Configuration): Configuration {
    return withPartsOf(configuration, this.#configuration)
  }

  async #become(configuration: Configuration, { rereads = false, leavesOut = false } = {}): Promise<Changed> {
    const { meaning, planner, served, tell } = this.#options
    const plan = await planner.plan(configuration, { rereads })
    const meant = await meaning(plan)
    const applied = await served.change(meant, { leavesOut })
    const changes = documentChanges(this.#configuration, configuration)
    this.#configuration = configuration
    this.#plan = plan
    tell?.({ kind: 'changed', changes, steps: applied.steps })
    return { ...applied, changes, meant }
  }
}

function edited(start: Configuration, calls: readonly EditCall[]) {
  const made: string[] = []
  let configuration = start
  for (const call of calls) {
    const done = applyEdit(configuration, call)
    configuration = done.configuration
    made.push(...done.made)
  }
  return { configuration, made }
}
