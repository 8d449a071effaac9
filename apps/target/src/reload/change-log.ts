import type { Changed } from '../live/live-configuration.ts'
import type { Logger } from '../log/logger.ts'
import type { ServedConfiguration } from '../serving/served-configuration.ts'
import { logServed } from '../serving/summary.ts'

/** Says in the log what came of changes of what is served. */
export class ChangeLog {
  readonly #served: ServedConfiguration
  readonly #log: Logger

  constructor(served: ServedConfiguration, log: Logger) {
    this.#served = served
    this.#log = log
  }

  /** What could not be flushed, what is still waited for, and what is served now. */
  tell({ meant, flushFailures, waitingFor }: Changed): void {
    const { disks, server } = this.#served
    for (const { disk, fault } of flushFailures)
      this.#log.error(
        { event: 'diskNotFlushed', disk, fault },
        `${disk} could not be flushed (${fault}): acknowledged writes may be lost`,
      )
    if (waitingFor.length > 0)
      this.#log.warn({ event: 'stillWaiting', waitingFor }, `still waiting for the end of ${waitingFor.join(', ')}`)
    logServed({ plan: meant.shown, disks, server }, this.#log)
  }
}
