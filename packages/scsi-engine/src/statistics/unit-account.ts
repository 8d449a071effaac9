import { SenseKey } from '@lunkit/scsi'
import type { TaskManagementFunction, TaskManagementResponse } from '@lunkit/scsi/transport'
import type { Clock, CounterPlace, Row } from '@lunkit/statistics'
import type { PendingSense } from '../unit/unit-attentions.ts'
import type { EngineStatistics } from './engine-statistics.ts'
import { attentionName, type FunctionName, functionNames, unitMetrics } from './unit-metrics.ts'

const { at } = unitMetrics

/** By response, where a function is counted that got it. */
const responsePlaces: Readonly<Record<TaskManagementResponse, Readonly<Record<FunctionName, CounterPlace>>>> = {
  complete: at.functionsComplete,
  succeeded: at.functionsSucceeded,
  rejected: at.functionsRejected,
  incorrectLun: at.functionsWithoutUnit,
  taskDoesNotExist: at.functionsWithoutTask,
}

/** Where one logical unit is counted, beside its commands and its nexuses. */
export class UnitAccount {
  /** What the unit is called in all rows. */
  readonly title: string
  readonly row: Row
  readonly clock: Clock

  constructor({ units, clock }: EngineStatistics, title: string) {
    this.title = title
    this.clock = clock
    this.row = units.row({ unit: title })
  }

  /** An initiator is told what has waited for it. */
  told({ code, deferred }: PendingSense): void {
    if (deferred || code.key !== SenseKey.unitAttention) return
    const place = at.unitAttentions[attentionName(code)]
    if (place !== undefined) this.row.add(place)
  }

  /** A task management function for the unit was answered. */
  managed(asked: TaskManagementFunction, response: TaskManagementResponse): void {
    const name = functionNames[asked]
    if (name !== undefined) this.row.add(responsePlaces[response][name])
  }

  /** The unit has gone: its totals are kept among those of all that have. */
  release(): void {
    this.row.release()
  }
}
