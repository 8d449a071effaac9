import { LaneJob, LaneOperation } from './lane-job.ts'

/** Ends a lane once it has done what was submitted before. */
export class StopJob extends LaneJob {
  override operation: LaneOperation = LaneOperation.stop
  ended(): void {}
}
