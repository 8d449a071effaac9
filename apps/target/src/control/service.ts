import type { ControlService } from '@lunkit/control'
import type { StatisticsThread } from '../statistics/statistics-thread.ts'
import type { ControlParts } from './control-parts.ts'
import { documentAnswers } from './document-answers.ts'
import { eventAnswers } from './event-answers.ts'
import { faultAnswers } from './fault-answers.ts'
import { inventoryAnswers } from './inventory-answers.ts'
import { preferenceAnswers } from './preference-answers.ts'
import { serviceFault } from './service-fault.ts'
import { sessionAnswers } from './session-answers.ts'
import { statisticsAnswers } from './statistics-answers.ts'
import { statusAnswers } from './status-answers.ts'
import { traceAnswers } from './trace-answers.ts'
import { treeAnswers } from './tree-answers.ts'

type AnyMethod = (...given: readonly unknown[]) => Promise<unknown>

/** What lunkitd does for each method of its control API. */
export function controlService(parts: ControlParts, thread: Pick<StatisticsThread, 'ask'>): ControlService {
  const service: ControlService = {
    ...statusAnswers(parts),
    ...treeAnswers(parts),
    ...documentAnswers(parts),
    ...sessionAnswers(parts),
    ...statisticsAnswers(parts, thread),
    ...inventoryAnswers(parts),
    ...faultAnswers(parts),
    ...preferenceAnswers(parts),
    ...eventAnswers(parts),
    ...traceAnswers(parts),
  }
  const told = Object.entries(service).map(([name, method]) => [name, inFaults(method as AnyMethod)])
  return Object.fromEntries(told) as ControlService
}

/** The same method, which throws what a client can be told. */
function inFaults(method: AnyMethod): AnyMethod {
  return async (...given) => {
    try {
      return await method(...given)
    } catch (error) {
      throw serviceFault(error) ?? error
    }
  }
}
