import type { StepOf } from './step.ts'
import type { StepPlace } from './step-place.ts'
import type { TreeParts } from './tree-parts.ts'

/** What holds for the whole server, from when the change is published on. */
export function changeServer(
  _parts: TreeParts,
  { limits, pollUs, discovery }: StepOf<'changeServer'>,
  { transaction }: StepPlace,
): void {
  transaction.settings = { limits, pollUs, discovery }
}
