import { checkArgument, object, wholeNumber } from '@lunkit/wire'
import type { Lane } from './lane.ts'
import type { LaneClient } from './lane-client.ts'

/** Numbers of lanes by the stores that are to be done there, by plugin and name: `{ 'fileio/disk0': 1 }`. */
export type LanePlacement = Readonly<Record<string, number>>

/** Nobody has placed a store. */
export const NOWHERE: LanePlacement = {}
const PLACEMENT = object("lanes by stores: { 'fileio/disk0': 1 }")

/** Which lanes are whose. */
export class LanePlaces {
  /** Those that have the stores which nobody has placed: all where each has one that is placed there. */
  readonly free: readonly Lane[]
  readonly #lanes: readonly Lane[]
  readonly #placement: LanePlacement

  /** @throws {TypeError} or {RangeError} for what are no lanes of these. */
  constructor(lanes: readonly Lane[], placement: LanePlacement) {
    checkArgument('placement', placement, PLACEMENT)
    for (const [store, lane] of Object.entries(placement))
      checkArgument(`placement: ${store}`, lane, wholeNumber(0, lanes.length - 1))
    const taken = new Set(Object.values(placement))
    const free = lanes.filter((_, index) => !taken.has(index))
    this.free = free.length > 0 ? free : lanes
    this.#lanes = lanes
    this.#placement = { ...placement }
  }

  /** The lane that a store is placed in; undefined: none. */
  of({ plugin, name, apart }: LaneClient): Lane | undefined {
    const key = `${plugin}/${name}`
    const index = apart !== true && Object.hasOwn(this.#placement, key) ? this.#placement[key] : undefined
    return index === undefined ? undefined : this.#lanes[index]
  }
}
