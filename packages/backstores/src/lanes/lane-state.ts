/** Where a lane is in its life. */
export const LaneState = {
  /** Its thread is on its way; jobs are taken already. */
  starting: 'starting',
  serving: 'serving',
  /** Its thread has ended, and the wait before the next start is on. */
  dead: 'dead',
  /** It does what it has, then ends. */
  stopping: 'stopping',
  closed: 'closed',
} as const
export type LaneState = (typeof LaneState)[keyof typeof LaneState]

/** Where it may go from each. */
export const LANE_MOVES: Readonly<Record<LaneState, readonly LaneState[]>> = {
  starting: [LaneState.serving, LaneState.dead, LaneState.stopping],
  // To starting: its thread was left in an operation that does not return.
  serving: [LaneState.dead, LaneState.stopping, LaneState.starting],
  dead: [LaneState.starting, LaneState.closed],
  stopping: [LaneState.closed],
  closed: [],
}
