import { storeLimits } from '../limits.ts'

const { leastLaneStepBytes, mostLaneStepBytes, laneStepLongMs, laneStepShortMs } = storeLimits

/**
 * How much of a long zeroing or discard one lane operation covers: whatever else the lane is asked for waits for one such step, and has
 * its turn before the next.
 */
export class LaneStep {
  #bytes: number = storeLimits.laneStepBytes

  /** How many bytes the next step covers. Steps end at multiples of their length, so that none ends within what is given back only as a whole. */
  of(offset: number, leftBytes: number): number {
    return Math.min(leftBytes, this.#bytes - (offset % this.#bytes))
  }

  /** So long took a step of so many bytes. */
  note(elapsedMs: number, lengthBytes: number): void {
    if (elapsedMs > laneStepLongMs) this.#bytes = Math.max(leastLaneStepBytes, this.#bytes / 2)
    // A short one that was fast says nothing of long ones.
    else if (elapsedMs < laneStepShortMs && lengthBytes === this.#bytes)
      this.#bytes = Math.min(mostLaneStepBytes, this.#bytes * 2)
  }
}
