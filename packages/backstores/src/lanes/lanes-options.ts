import { arrayOf, flag, type OptionDomains, object, required, Slab, wholeNumber } from '@lunkit/wire'
import { type StoreBlock, storeMetrics } from '../store-metrics.ts'
import { TIMERS, type Timers } from '../timers.ts'
import { type LaneBlock, laneMetrics } from './lane-metrics.ts'
import type { LanePlacement } from './lane-places.ts'

/** The blocks that lanes and their stores count in. */
export interface LaneStatistics {
  readonly lanes: LaneBlock
  readonly stores: StoreBlock
}

/** How lanes are made. */
export interface LanesOptions {
  /** The process's transfer memory: every lane can reach all of it. */
  readonly slab: Slab
  /** How many lanes, each a thread. */
  readonly count?: number
  /** False: plain node:fs calls only, as where koffi has no binary. */
  readonly native?: boolean
  readonly timers?: Timers
  /** Microseconds for which a lane looks for more work before it sleeps; 0 unless given. */
  readonly pollUs?: number
  /** The processors that lanes run on, the first for lane 0; where there are fewer, they go round. Needs koffi. Left out: any. */
  readonly cpus?: readonly number[]
  /** See `Lanes.place`. */
  readonly placement?: LanePlacement
  /** Where lanes, and the stores that use them, count; left out, in memory of their own. */
  readonly statistics?: LaneStatistics
}

/** Each is a thread of the system. */
export const MOST_LANES = 1024

function areBlocks(blocks: object): boolean {
  const { lanes, stores } = blocks as Partial<LaneStatistics>
  return lanes?.declaration === laneMetrics && stores?.declaration === storeMetrics
}

/** Microseconds, as a lane's thread reads them. */
export const POLL_US = wholeNumber(0, 2 ** 31 - 1)

/** More processors no kernel can be built for. */
const MOST_CPUS = 8192
const CPU = wholeNumber(0, MOST_CPUS - 1)

/** Numbers of processors, one at the least. */
const CPUS = {
  ...arrayOf(CPU, 'of numbers of processors'),
  has: (cpus: unknown) => Array.isArray(cpus) && cpus.length > 0 && cpus.every(cpu => CPU.has(cpu as never)),
}

/** What each of them may be. */
export const LANES: OptionDomains = {
  slab: required(object('a Slab', slab => slab instanceof Slab)),
  // How many there must be is said below.
  count: { type: 'number', words: 'a whole number from 1', has: () => true },
  native: flag,
  timers: TIMERS,
  pollUs: POLL_US,
  cpus: CPUS,
  placement: object("lanes by stores: { 'fileio/disk0': 1 }"),
  statistics: object('the blocks that lanes and stores count in: { lanes, stores }', areBlocks),
}
