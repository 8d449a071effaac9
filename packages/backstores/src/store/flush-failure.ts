import type { FaultCause } from './fault-cause.ts'

/** A flush that failed: what was acknowledged before may be lost. It is sticky: nothing but `clearFault` ends it. */
export interface FlushFailure {
  /** What the system or a server said, as far as that is known. */
  readonly cause?: FaultCause | undefined
}

/** What came of clearing a fault. */
export const FaultClearing = {
  /** There was one; writes and flushes are served again. */
  cleared: 'cleared',
  /** There was none. */
  none: 'none',
} as const
export type FaultClearing = (typeof FaultClearing)[keyof typeof FaultClearing]
