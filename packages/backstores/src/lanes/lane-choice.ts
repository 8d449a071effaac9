import { storeLimits } from '../limits.ts'

/** What the choice of a lane looks at. */
export interface LaneLoad {
  /** Whether it takes jobs. */
  readonly isUp: boolean
  /** How busy it is, in light operations. */
  readonly load: number
}

/**
 * Which lane has a job of a store whose own lane is `home`.
 *
 * Whatever waits for the medium (flush, FUA, discard, zero) runs at home and nowhere else, so that it can block but the
 * stores of that lane, and one store's flushes are strictly one after the other. Reads and plain writes go home too,
 * unless home is busier than another lane; a heavy job makes it so at once.
 */
export function chooseLane<L extends LaneLoad>(lanes: readonly L[], home: L, heavy: boolean): L {
  if (heavy) return home
  let idlest = home
  for (const lane of lanes) if (lane.isUp && (!idlest.isUp || lane.load < idlest.load)) idlest = lane
  return home.isUp && home.load <= idlest.load + storeLimits.laneImbalance ? home : idlest
}
