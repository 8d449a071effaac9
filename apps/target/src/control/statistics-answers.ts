import { type AnswerOf, type ControlService, MadeAnswer } from '@lunkit/control'
import type { StatisticsThread } from '../statistics/statistics-thread.ts'
import type { ControlParts } from './control-parts.ts'

type StatisticsService = Pick<ControlService, 'statistics' | 'counters'>
type ToldBlock = AnswerOf<'statistics'>['blocks'][number]

/** What is counted. */
export function statisticsAnswers({ tls }: ControlParts, thread: Pick<StatisticsThread, 'ask'>): StatisticsService {
  return {
    statistics: async ({ blocks, labels = [], fine }) => {
      const strangers = tls === undefined || blocks?.includes(STRANGERS.name) === false ? [] : [tls.listener.strangers]
      const more = strangers.map(each => strangersTold(each, labels))
      return new MadeAnswer(await thread.ask({ kind: 'statistics', blocks, labels, fine, more }))
    },
    counters: async () => new MadeAnswer(await thread.ask({ kind: 'counters' })),
  }
}

type Strangers = NonNullable<ControlParts['tls']>['listener']['strangers']

const STRANGERS = {
  name: 'controlStrangers',
  labels: [] as string[],
  metrics: Object.entries({
    turnedAway: 'connections that were too many',
    noHandshake: 'connections that came to no TLS',
    noRequest: 'connections that sent no request',
    noToken: 'requests without a token that is known',
  }).map(([name, help]) => ({ name, kind: 'counter' as const, unit: 'events', help })),
}

/** Those who came by TLS and showed no token; what they did is counted in no block. */
function strangersTold(strangers: Strangers, labels: readonly string[]): ToldBlock {
  return { ...STRANGERS, rows: labels.length === 0 ? [{ labels: {}, values: { ...strangers } }] : [] }
}
