import type { Counters } from '@lunkit/metrics'
import type { GivenBlock } from '../statistics/statistics-request.ts'
import type { MetricsPlace } from './metrics-place.ts'

/** What the thread that serves metrics is made with. */
export interface MetricsThreadData {
  readonly place: MetricsPlace
  /** What is counted, where that is known already. */
  readonly blocks: readonly GivenBlock[] | undefined
}

/** What the protocol thread is asked. */
export interface MetricsQuestion {
  readonly kind: 'asks'
  readonly id: number
  /** Whether it serves; or all that there is. */
  readonly what: 'state' | 'inventory'
}

/** What the thread that serves metrics says. */
export type FromMetrics =
  | { readonly kind: 'listens'; readonly url: string }
  | { readonly kind: 'failed'; readonly why: string; readonly inUse: boolean }
  /** Something that an administrator is to know. */
  | { readonly kind: 'tells'; readonly line: string }
  | MetricsQuestion

/** What it is told. */
export type ToMetrics =
  | { readonly kind: 'serves'; readonly blocks: readonly GivenBlock[] }
  | {
      readonly kind: 'answer'
      readonly id: number
      /** Whether initiators are served. */
      readonly isReady: boolean
      /** JSON in UTF-8, where it was asked for and there is one. */
      readonly inventory?: Uint8Array<ArrayBuffer> | undefined
      /** What is counted in no block. */
      readonly more?: Counters['blocks']
    }
