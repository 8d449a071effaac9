import type { StepFailure } from './step-error.ts'

/** How steps are applied. */
export interface ApplyOptions {
  /**
   * Hears of a disk or a portal that cannot be opened, which is left out then, as at a start: it has its place in the tree and can be
   * tried again by the same step. Left out, such a step fails like any other.
   */
  readonly leaveOut?: (failure: StepFailure) => void
  /** Once it is aborted nothing more is opened, and what was done is undone; `apply` rejects with its reason. */
  readonly signal?: AbortSignal
}
