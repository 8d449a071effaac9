import type { AnswerOf } from '@lunkit/control'
import type { BlockReader, Metrics } from '@lunkit/statistics'

/** A block as another thread is told of it. */
export interface GivenBlock {
  readonly name: string
  readonly labels: readonly string[]
  readonly metrics: Metrics
  readonly memory: SharedArrayBuffer
}

/** A block that is read, whatever is counted in it. */
export type ReadBlock = BlockReader<string, Metrics>

/** What is asked of the thread that reads what is counted. */
export type StatisticsRequest =
  | {
      readonly kind: 'counters'
      /** What stands behind them, and is counted in no block. */
      readonly more: readonly AnswerOf<'counters'>['blocks'][number][]
    }
  | {
      readonly kind: 'statistics'
      /** By their names; undefined: all. */
      readonly blocks: readonly string[] | undefined
      /** `disk=fileio/a`: only rows that have all of these. */
      readonly labels: readonly string[]
      readonly fine: boolean
      /** What stands behind them, and is counted in no block. */
      readonly more: AnswerOf<'statistics'>['blocks']
    }

/** A question, with the number that its answer has too. */
export interface Asked {
  readonly id: number
  readonly request: StatisticsRequest
}

/** What comes back: JSON in UTF-8. */
export interface Answered {
  readonly id: number
  readonly json: Uint8Array<ArrayBuffer>
}
