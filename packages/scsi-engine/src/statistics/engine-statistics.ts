import { Block, Clock } from '@lunkit/statistics'
import { type NexusBlock, nexusMetrics, type UnitBlock, unitMetrics } from './unit-metrics.ts'

/** Where a device server counts, and what it takes the time from. */
export interface EngineStatistics {
  readonly units: UnitBlock
  readonly nexuses: NexusBlock
  readonly clock: Clock
}

/** Memory of its own. */
export const ownStatistics = (): EngineStatistics => ({
  units: new Block(unitMetrics),
  nexuses: new Block(nexusMetrics),
  clock: new Clock(),
})

/** Whether they can be counted in. */
export function areStatistics(statistics: object): boolean {
  const { units, nexuses, clock } = statistics as Partial<EngineStatistics>
  return units?.declaration === unitMetrics && nexuses?.declaration === nexusMetrics && clock instanceof Clock
}
