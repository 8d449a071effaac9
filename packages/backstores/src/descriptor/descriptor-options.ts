import type { LaneOperation } from '../lanes/lane-job.ts'
import type { LaneSet } from '../lanes/lane-set.ts'
import type { FlushFailure } from '../store/flush-failure.ts'
import type { StoreFeatures } from '../store/store-features.ts'

/** How lanes zero a range, give its space back, and look for data in it. */
export interface SpaceOperations {
  readonly zero: LaneOperation
  readonly discard: LaneOperation
  readonly extents: LaneOperation
}

/** What a store gives of the descriptor that it has opened. */
export interface DescriptorOptions {
  /** The store's, for messages. */
  readonly plugin: string
  readonly name: string
  readonly fd: number
  /** See openWitness. */
  readonly witnessFd: number | undefined
  readonly sizeBytes: number
  readonly features: StoreFeatures
  readonly space: SpaceOperations
  readonly lanes: LaneSet
  /** By which reads and writes go past the page cache, many at a time; it may be `fd` itself. Undefined: they go through it. */
  readonly directFd?: number | undefined
  /** Whether anything may be done in place, and whether writes may: not where the page cache may wait for another machine. */
  readonly inPlace: { readonly allowed: boolean; readonly writes: boolean }
  /** A flush that failed before it was opened, and that nobody has cleared. */
  readonly flushFailure?: FlushFailure | undefined
  /** Called when an operation has found an end within what is served: what the descriptor leads to was cut off. */
  readonly endFound: () => void
  /** Whether the descriptor still leads to what was opened: asked after its lane had died. */
  readonly isSame: () => boolean
}
