import type { ServingPlan } from '@lunkit/config'

/** The same with the files of checksums that disks may have, which `verified` names after them: they are done where their disk is. */
export function withSidecars(placement: ServingPlan['lanePlacement']): ServingPlan['lanePlacement'] {
  const sidecars = Object.entries(placement).map(([key, lane]) => [
    `fileio/${key.slice(key.indexOf('/') + 1)}.verify`,
    lane,
  ])
  return { ...Object.fromEntries(sidecars), ...placement }
}
