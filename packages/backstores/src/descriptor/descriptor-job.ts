import { LaneJob } from '../lanes/lane-job.ts'
import type { Extent } from '../store/extent.ts'
import type { StoreRequest } from '../store/store-request.ts'

/** Hears how jobs end. */
export interface DescriptorJobOwner {
  jobEnded(job: DescriptorJob): void
}

/** One store operation's way through the lanes, in as many lane operations as it takes. */
export class DescriptorJob extends LaneJob {
  request: StoreRequest | undefined
  /** Bytes of the request that are done. */
  doneBytes = 0
  /** What an extents operation has found so far. */
  extents: Extent[] = []
  readonly #owner: DescriptorJobOwner

  constructor(owner: DescriptorJobOwner) {
    super()
    this.#owner = owner
  }

  ended(): void {
    this.#owner.jobEnded(this)
  }
}
