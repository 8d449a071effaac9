import { resolve } from 'node:path'
import { type Notice, NoticeKind, type ServingPlan, type StoragePlan } from '@lunkit/config'
import { lookAtFile } from '../files/file-look.ts'
import { judgeFiles, type OpenPlans } from '../files/judged-files.ts'
import { withMounts } from '../files/mount-look.ts'
import type { Logger } from '../log/logger.ts'
import type { ConfigPath } from '../options.ts'
import type { MountMemory } from '../state/mount-memory.ts'
import type { StateStore } from '../state/state-store.ts'
import { assignSerials } from './disk-serials.ts'
import type { MeantConfiguration } from './meant-configuration.ts'
import { PlansInForce } from './plan-serials.ts'
import { logSerials } from './serial-words.ts'
import { logConfiguration } from './summary.ts'
import { targetPorts } from './target-ports.ts'

/** What decides, beside a configuration, over what it means. */
export interface MeaningOptions {
  readonly config: ConfigPath
  readonly log: Logger
  readonly state: StateStore
  /** Whether anybody named the state directory. */
  readonly stateNamed: boolean
  readonly mounts: MountMemory
}

const NONE: OpenPlans = { has: () => false }

/** Finds out what a configuration means on this machine, as often as it is asked to. */
export class ConfigurationMeaning {
  readonly #options: MeaningOptions
  /** What was said of it before need not be said again. */
  #said = new Set<string>()
  readonly #inForce = new PlansInForce()
  /** Disks whose serial numbers their configuration gives, and which were looked at. */
  readonly #given = new WeakSet<StoragePlan>()

  constructor(options: MeaningOptions) {
    this.#options = options
  }

  /**
   * Nothing that it names is opened; serial numbers and port identifiers that have to be made are in the state when this resolves.
   * `open` are the disks that are, whose files need no look.
   * @throws {StateUnusable} where a state that was named cannot be written.
   */
  async of(loaded: ServingPlan, open: OpenPlans = NONE): Promise<MeantConfiguration> {
    const { config, log, mounts, state } = this.#options
    logConfiguration(log, config.path, loaded)
    this.#sayNotices(loaded.notices)
    const plan = this.#inForce.of(loaded, await this.#serials(loaded))
    const startedMs = performance.now()
    const judged = await judgeFiles(plan, { look: withMounts(lookAtFile, mounts), open })
    const lookMs = performance.now() - startedMs
    await state.ports.idsOf(targetPorts(loaded))
    return {
      plan,
      shown: judged.plan,
      refused: new Map(judged.refused.map(({ key, why }) => [key, why])),
      lookMs,
      portIdOf: port => state.ports.find(port),
    }
  }

  /** Those that are not known yet, or not by the configuration: the others stay what they are. */
  async #serials({ storage }: ServingPlan) {
    const { config, log, state, stateNamed: named } = this.#options
    const plans = storage.filter(plan => !this.#given.has(plan))
    const serials = await assignSerials({ plans, configuration: resolve(config.path) }, { state, named, log })
    const fresh = new Map([...serials].filter(([key, { serial }]) => this.#isNews(`${key} ${serial}`)))
    logSerials(fresh, state.directory, log)
    for (const plan of plans) if (plan.unit.serial !== undefined) this.#given.add(plan)
    return serials
  }

  #sayNotices(notices: readonly Notice[]): void {
    const { log } = this.#options
    for (const { kind, text, paths } of notices)
      if (this.#isNews(`${kind} ${text} ${paths.join()}`))
        log[kind === NoticeKind.unused ? 'info' : 'warn'](
          { event: 'configurationNotice', notice: kind, at: paths },
          text,
        )
  }

  #isNews(what: string): boolean {
    if (this.#said.has(what)) return false
    this.#said.add(what)
    return true
  }
}
