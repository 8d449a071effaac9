import { type ControlService, MadeAnswer } from '@lunkit/control'
import type { StatisticsThread } from '../statistics/statistics-thread.ts'
import { countedStrangers, toldStrangers } from '../statistics/told-strangers.ts'
import type { ControlParts } from './control-parts.ts'

type StatisticsService = Pick<ControlService, 'statistics' | 'counters'>

/** What is counted. Who came by TLS and showed no token is counted in no block. */
export function statisticsAnswers({ tls }: ControlParts, thread: Pick<StatisticsThread, 'ask'>): StatisticsService {
  return {
    statistics: async ({ blocks, labels = [], fine }) => {
      const more = tls === undefined ? [] : toldStrangers(tls.listener.strangers, blocks, labels)
      return new MadeAnswer(await thread.ask({ kind: 'statistics', blocks, labels, fine, more }))
    },
    counters: async () =>
      new MadeAnswer(await thread.ask({ kind: 'counters', more: [countedStrangers(tls?.listener.strangers)] })),
  }
}
