import { checkPlacement } from '../lane-placement.ts'
import type { StepOf } from './step.ts'
import type { StepPlace } from './step-place.ts'
import type { TreeParts } from './tree-parts.ts'

/** What holds for the whole server, from when the change is published on. @throws {RangeError} for lanes that there are not. */
export function changeServer(
  { resources }: TreeParts,
  { limits, pollUs, lanePlacement = {}, discovery }: StepOf<'changeServer'>,
  { transaction }: StepPlace,
): void {
  checkPlacement('lanes of this server', lanePlacement, resources.laneCount)
  transaction.settings = { limits, pollUs, lanePlacement, discovery }
}
