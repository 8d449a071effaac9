import { ENDED, OTHER, type Row } from '@lunkit/statistics'
import type { TargetPort } from '../nexus/target-port.ts'
import type { CountedInitiators } from './counted-initiators.ts'
import type { EngineStatistics } from './engine-statistics.ts'
import { NexusSeat } from './nexus-seat.ts'
import type { UnitAccount } from './unit-account.ts'
import { nexusMetrics } from './unit-metrics.ts'

/** Where what comes through one target port is counted: a row for each initiator at each unit. */
export class PortAccount {
  readonly #statistics: EngineStatistics
  readonly #initiators: CountedInitiators
  readonly #target: string
  readonly #tpg: string
  /** By unit, what keeps the totals of the initiators that have gone. */
  readonly #ended = new Map<UnitAccount, Row>()

  constructor(statistics: EngineStatistics, initiators: CountedInitiators, { targetName, tag }: TargetPort) {
    this.#statistics = statistics
    this.#initiators = initiators
    this.#target = targetName
    this.#tpg = String(tag)
  }

  /** Where an initiator is counted at a unit. Whoever has it gives it back. */
  seat(unit: UnitAccount, initiatorName: string): NexusSeat {
    const target = this.#target
    const isOwn = this.#initiators.enter(target, initiatorName)
    const labels = { target, tpg: this.#tpg, initiator: isOwn ? initiatorName : OTHER, unit: unit.title }
    const row = this.#statistics.nexuses.row(labels, this.#endedAt(unit))
    row.add(nexusMetrics.at.attachments)
    return new NexusSeat(row, isOwn ? () => this.#initiators.leave(target, initiatorName) : undefined)
  }

  /** The unit is not seen through the port any more: what was counted there is kept among all that has gone. */
  forget(unit: UnitAccount): void {
    this.#ended.get(unit)?.release()
    this.#ended.delete(unit)
  }

  /** The port has gone. */
  release(): void {
    for (const unit of [...this.#ended.keys()]) this.forget(unit)
  }

  #endedAt(unit: UnitAccount): Row {
    const found = this.#ended.get(unit)
    if (found) return found
    const labels = { target: this.#target, tpg: this.#tpg, initiator: ENDED, unit: unit.title }
    const row = this.#statistics.nexuses.row(labels)
    this.#ended.set(unit, row)
    return row
  }
}
