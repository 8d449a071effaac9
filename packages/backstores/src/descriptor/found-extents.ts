import { LaneDetail, type LaneJob } from '../lanes/lane-job.ts'
import type { Extent } from '../store/extent.ts'

/** Where to put what a lane found, and how much of it. */
export interface ExtentsWanted {
  readonly extents: Extent[]
  readonly maxExtents: number
}

/**
 * Adds the extents that `job` found from its offset on, joined where two of a kind meet.
 * @returns where the last one that was added ends.
 */
export function appendExtents(job: LaneJob, { extents, maxExtents }: ExtentsWanted): number {
  let at = job.offset
  let allocated = job.detail === LaneDetail.dataFirst
  for (let i = 0; i < job.result; i++, allocated = !allocated) {
    const end = job.boundaries?.[i] ?? at
    const lengthBytes = end - at
    if (lengthBytes <= 0) continue
    const last = extents.at(-1)
    if (last?.allocated === allocated)
      extents[extents.length - 1] = { ...last, lengthBytes: last.lengthBytes + lengthBytes }
    else if (extents.length >= maxExtents) return at
    else extents.push({ offset: at, lengthBytes, allocated })
    at = end
  }
  return at
}
