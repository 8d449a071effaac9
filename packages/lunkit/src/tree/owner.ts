import type { Step } from './step.ts'
import type { StepPlace } from './step-place.ts'

/**
 * The thread that a unit or a target belongs to: whoever wants it changed has its owner do that. Today there is one
 * (docs/decisions/0015-a-living-tree.md).
 */
export interface Owner {
  readonly name: string
  /** Does one step to the tree; how it is undone, and what has to be opened and told for it, it says to the transaction. */
  perform(step: Step, place: StepPlace): void
}
