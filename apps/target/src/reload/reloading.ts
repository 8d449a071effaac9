import { UnusableConfiguration } from '../configuration.ts'
import type { DaemonLife } from '../life/daemon-life.ts'
import type { LiveConfiguration } from '../live/live-configuration.ts'
import type { LogValues } from '../log/log-fields.ts'
import type { Logger } from '../log/logger.ts'
import { whyOf } from '../why.ts'
import type { ChangeLog } from './change-log.ts'
import type { OutcomeFile } from './outcome-file.ts'

/** What takes a configuration anew, and who hears how that went. */
export interface ReloadingOptions {
  readonly live: LiveConfiguration
  readonly changes: ChangeLog
  readonly outcomes: OutcomeFile
  readonly log: Logger
  /** Reads the certificate and the tokens again; answers what is wrong with them, which it has said in the log. */
  readonly rereadTls: () => Promise<string | undefined>
  /** Is told while it is done. */
  readonly life: Pick<DaemonLife, 'reloading' | 'reloaded'>
}

/** Takes the configuration anew, one time after the other; what is asked for meanwhile is one more time. */
export class Reloading {
  readonly #options: ReloadingOptions
  #running: Promise<void> | undefined
  #again = false

  constructor(options: ReloadingOptions) {
    this.#options = options
  }

  /** Asked for, by a signal. */
  ask(): void {
    if (this.#running) this.#again = true
    else this.#running = this.#run()
  }

  /** Resolves when nothing is under way. */
  async settled(): Promise<void> {
    await this.#running
  }

  async #run(): Promise<void> {
    const { life } = this.#options
    do {
      this.#again = false
      life.reloading()
      await this.#reload()
      life.reloaded()
    } while (this.#again)
    this.#running = undefined
  }

  /** A configuration that is wrong, or cannot be served, changes nothing. */
  async #reload(): Promise<void> {
    const { log, outcomes, rereadTls } = this.#options
    const wrong = await rereadTls()
    const beside = wrong === undefined ? [] : [wrong]
    try {
      const done = await this.#change()
      log.info({ event: 'reloaded', ...done.facts }, done.text)
      await outcomes.tell(wrong === undefined, [done.text, ...beside])
    } catch (error) {
      const lines = error instanceof UnusableConfiguration ? error.lines : [whyOf(error)]
      for (const line of lines)
        log.error(
          { event: 'reloadFailed', err: error },
          `the configuration was not applied, nothing has changed: ${line}`,
        )
      await outcomes.tell(false, [...lines, ...beside])
    }
  }

  async #change(): Promise<{ readonly facts: LogValues; readonly text: string }> {
    const changed = await this.#options.live.reload()
    this.#options.changes.tell(changed)
    const { steps } = changed
    const what = steps === 0 ? 'nothing was to be changed' : `${steps} ${steps === 1 ? 'change' : 'changes'}`
    return { facts: { steps }, text: `the configuration was applied: ${what}` }
  }
}
