import { type LaneStatistics, type LanesOptions, laneMetrics, storeMetrics } from '@lunkit/backstores'
import { type EngineStatistics, nexusMetrics, unitMetrics } from '@lunkit/scsi-engine'
import { Block, Clock, type Row } from '@lunkit/statistics'
import { type TargetBlocks, type TargetCounter, TargetStatistics } from '@lunkit/target'
import { type ThreadBlock, threadMetrics } from './server-metrics.ts'

const LOOK_EVERY_MS = 100
/** The one thread that all protocols run on. */
const PROTOCOL = 'protocol'

const afterMs = (delayMs: number, run: () => void): (() => void) => {
  const timer = setTimeout(run, delayMs)
  return () => clearTimeout(timer)
}

/** Transfer memory, as far as it is told. */
interface Buffers {
  readonly takenBytes: number
  readonly memory: { readonly byteLength: number }
}

/** The blocks of a server: every number that it counts, by what it is about. */
export interface StatisticsBlocks extends Pick<EngineStatistics, 'units' | 'nexuses'>, LaneStatistics, TargetBlocks {
  readonly threads: ThreadBlock
}

/** Everything that a server counts. Its parts are given these blocks when they are made. */
export class ServerStatistics {
  /** Each has its declaration, and memory that another thread may read with a `BlockReader`. */
  readonly blocks: StatisticsBlocks
  readonly #clock = new Clock()
  /** @internal */
  readonly target: TargetStatistics
  readonly #buffers: Buffers
  readonly #row: Row
  readonly #timer: NodeJS.Timeout
  #lookedMs = performance.now()

  /** @internal made by the server */
  constructor(buffers: Buffers) {
    this.target = new TargetStatistics()
    this.blocks = {
      ...this.target.blocks,
      units: new Block(unitMetrics),
      nexuses: new Block(nexusMetrics),
      stores: new Block(storeMetrics),
      lanes: new Block(laneMetrics),
      threads: new Block(threadMetrics),
    }
    this.#buffers = buffers
    this.#row = this.blocks.threads.row({ thread: PROTOCOL })
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS)
    this.#timer.unref()
  }

  /** @internal what the device server is given */
  get engine(): EngineStatistics {
    const { units, nexuses } = this.blocks
    return { units, nexuses, clock: this.#clock }
  }

  /** @internal what lanes are given: the time that they look at is then known to commands too */
  get lanes(): Pick<LanesOptions, 'statistics' | 'timers'> {
    const { lanes, stores } = this.blocks
    return { statistics: { lanes, stores }, timers: { after: afterMs, now: () => this.#clock.look() } }
  }

  /**
   * What a counter of the iSCSI side says now.
   * @throws {TypeError} or {RangeError} for what is no counter.
   */
  get(name: TargetCounter): number {
    return this.target.get(name)
  }

  /** All counters of the iSCSI side by name. */
  read(): Record<TargetCounter, number> {
    return this.target.read()
  }

  /** How many rows of each block are taken now: one for each unit that there is, one for each nexus at a unit, and so on. */
  get rowsTaken(): Record<keyof StatisticsBlocks, number> {
    const { target, portals, sessions, units, nexuses, stores, lanes, threads } = this.blocks
    return {
      target: target.rowsTaken,
      portals: portals.rowsTaken,
      sessions: sessions.rowsTaken,
      units: units.rowsTaken,
      nexuses: nexuses.rowsTaken,
      stores: stores.rowsTaken,
      lanes: lanes.rowsTaken,
      threads: threads.rowsTaken,
    }
  }

  /** All rows of all blocks, as they are now. */
  snapshot(): { readonly [Name in keyof StatisticsBlocks]: ReturnType<StatisticsBlocks[Name]['snapshot']> } {
    this.#tellBuffers()
    const { target, portals, sessions, units, nexuses, stores, lanes, threads } = this.blocks
    return {
      target: target.snapshot(),
      portals: portals.snapshot(),
      sessions: sessions.snapshot(),
      units: units.snapshot(),
      nexuses: nexuses.snapshot(),
      stores: stores.snapshot(),
      lanes: lanes.snapshot(),
      threads: threads.snapshot(),
    }
  }

  /** @internal Nothing is looked at any more; what was counted can be read. */
  stop(): void {
    clearInterval(this.#timer)
  }

  #look(): void {
    const nowMs = this.#clock.read()
    this.#row.observe(threadMetrics.at.eventLoopLag, nowMs - this.#lookedMs - LOOK_EVERY_MS)
    this.#lookedMs = nowMs
    this.#tellBuffers()
  }

  #tellBuffers(): void {
    const { takenBytes, memory } = this.#buffers
    this.#row.set(threadMetrics.at.bufferBytes.used, takenBytes)
    this.#row.set(threadMetrics.at.bufferBytes.free, memory.byteLength - takenBytes)
  }
}
