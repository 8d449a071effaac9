import type { NexusName } from '@lunkit/scsi/transport'
import { type Clock, ENDED, type Row } from '@lunkit/statistics'
import type { EngineStatistics } from './engine-statistics.ts'

/** Where one logical unit is counted: its own row, and those of its nexuses. */
export class UnitAccount {
  readonly row: Row
  readonly clock: Clock
  readonly #statistics: EngineStatistics
  readonly #unit: string
  /** Keeps the totals of the nexuses that have gone. */
  #ended: Row | undefined

  constructor(statistics: EngineStatistics, unit: string) {
    this.#statistics = statistics
    this.#unit = unit
    this.clock = statistics.clock
    this.row = statistics.units.row({ unit })
  }

  /** The row of a nexus at this unit. Whoever has it gives it back. */
  nexus({ targetName, initiatorName }: NexusName): Row {
    const { nexuses } = this.#statistics
    const unit = this.#unit
    if (this.row.released) return nexuses.row({ target: ENDED, initiator: ENDED, unit: ENDED })
    this.#ended ??= nexuses.row({ target: ENDED, initiator: ENDED, unit })
    return nexuses.row({ target: targetName, initiator: initiatorName, unit }, this.#ended)
  }

  /** The unit has gone: its totals are kept among those of all that have. */
  release(): void {
    this.row.release()
    this.#ended?.release()
  }
}
