import { Block } from '@lunkit/statistics'
import { callback, checkArgument, checkOptions, object, type Slab, wholeNumber } from '@lunkit/wire'
import { ReadBatch } from '../descriptor/read-batch.ts'
import { storeLimits } from '../limits.ts'
import { errorName } from '../native/errno.ts'
import { libc, libcAccess } from '../native/libc-access.ts'
import { openUring } from '../native/read-uring.ts'
import { type StoreBlock, storeMetrics } from '../store-metrics.ts'
import { systemTimers, TIMER_MS, type Timers } from '../timers.ts'
import { TurnBudget } from '../turn-budget.ts'
import { DirectRing } from './direct-ring.ts'
import { DirectStream, type DirectStreamOwner } from './direct-stream.ts'
import { Lane, type LaneOwner } from './lane.ts'
import { LaneAffinity, type LaneChooser } from './lane-affinity.ts'
import { chooseLane } from './lane-choice.ts'
import type { LaneClient } from './lane-client.ts'
import { type LaneEvent, WITHOUT_LIBC } from './lane-event.ts'
import type { JobSource, LaneJob } from './lane-job.ts'
import { laneMetrics } from './lane-metrics.ts'
import { type LanePlacement, LanePlaces, NOWHERE } from './lane-places.ts'
import type { LaneSet } from './lane-set.ts'
import { LaneState } from './lane-state.ts'
import { LANES, type LaneStatistics, type LanesOptions, MOST_LANES, POLL_US } from './lanes-options.ts'

const CLIENT = object('a store that uses lanes: { plugin, name, laneDown, laneUp }', client => {
  const { laneDown, laneUp } = client as Partial<LaneClient>
  return typeof laneDown === 'function' && typeof laneUp === 'function'
})

const ownStatistics = (): LaneStatistics => ({ lanes: new Block(laneMetrics), stores: new Block(storeMetrics) })

/** Starts the worker lanes; the process stays alive until they are closed. @throws {TypeError} or {RangeError} for options that cannot be. */
export const createLanes = (options: LanesOptions): Lanes => new Lanes(options)

/** The threads that do what may block: each serves one shared-memory ring for as long as it lives. */
export class Lanes implements LaneSet, LaneOwner, LaneChooser, DirectStreamOwner {
  /** The memory that they read into and write from. */
  readonly slab: Slab
  readonly memory: SharedArrayBuffer
  readonly native: boolean
  readonly timers: Timers
  /** @internal what stores on this thread may do in place in one turn */
  readonly turn = new TurnBudget(storeLimits.inPlaceBytesPerTurn)
  readonly reads: ReadBatch
  readonly stores: StoreBlock
  readonly #lanes: readonly Lane[]
  readonly #direct: DirectRing | undefined
  readonly #attached = new Set<LaneAffinity>()
  #places: LanePlaces
  /** How many stores are at home in each lane. */
  readonly #stores: number[]
  /** Who was told that a lane is down, by lane, and hears when it is back. */
  readonly #waiting = new Map<Lane, ReadonlySet<JobSource>>()
  /** Shared with the lanes' threads. */
  readonly #pollUs = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT))
  #areEnginesTold = false
  readonly #ready = Promise.withResolvers<void>()
  #listener: (event: LaneEvent) => void = () => {}

  /** @internal see createLanes */
  constructor(lanesOptions: LanesOptions) {
    checkOptions('createLanes', lanesOptions, LANES)
    const { slab, count = storeLimits.laneCount, native = true, timers = systemTimers, pollUs = 0 } = lanesOptions
    const { lanes, stores } = lanesOptions.statistics ?? ownStatistics()
    if (!Number.isInteger(count) || count < 1 || count > MOST_LANES)
      throw new RangeError(`${count} lanes were asked for; at least 1 is needed, and ${MOST_LANES} are the most`)
    this.slab = slab
    this.memory = slab.memory
    this.native = native
    this.timers = timers
    this.stores = stores
    this.reads = new ReadBatch({ now: () => timers.now(), open: reads => (native ? openUring(reads) : undefined) })
    const library = native ? libc() : undefined
    const parts = { now: () => timers.now(), ended: (job: LaneJob) => job.source?.endedDirectly(job) }
    this.#direct = library && DirectRing.open(library, slab.memory, parts)
    this.#pollUs[0] = pollUs
    const options = { memory: slab.memory, native, timers, pollUs: this.#pollUs, owner: this }
    this.#stores = Array.from({ length: count }, () => 0)
    const { cpus = [], placement = NOWHERE } = lanesOptions
    this.#lanes = Array.from({ length: count }, (_, index) => {
      const row = lanes.row({ lane: String(index) })
      return new Lane({ ...options, index, row, cpu: cpus[index % cpus.length] })
    })
    this.#places = new LanePlaces(this.#lanes, placement)
  }

  get count(): number {
    return this.#lanes.length
  }

  /** Resolves when every lane serves. Jobs may be submitted before. */
  get ready(): Promise<void> {
    return this.#ready.promise
  }

  /** Whether every lane serves now. */
  get isHealthy(): boolean {
    return this.#lanes.every(lane => lane.state === LaneState.serving)
  }

  /**
   * The numbers of the lanes that do nothing any more: so many of their operations do not return that they can have no further thread.
   * What they are asked for waits.
   */
  get silent(): readonly number[] {
    return this.#lanes.filter(lane => lane.isSilent).map(({ index }) => index)
  }

  /**
   * How long a lane looks for more work before it sleeps, in microseconds; each lane goes by it after its next work.
   * @throws {TypeError} or {RangeError} for what is no time.
   */
  setPollUs(pollUs: number): void {
    checkArgument('setPollUs: pollUs', pollUs, POLL_US)
    this.#pollUs[0] = pollUs
  }

  /** The one listener to what the lanes report; setting it again replaces it. */
  listen(listener: (event: LaneEvent) => void): void {
    checkArgument('listen: listener', listener, callback)
    this.#listener = listener
  }

  /** Gives a store access, and for its home the lane that it is placed in, or of those that nobody is placed in the one with the fewest stores. */
  attach(client: LaneClient): LaneAffinity {
    checkArgument('attach: client', client, CLIENT)
    const place = this.#places.of(client)
    const affinity = new LaneAffinity(client, place ?? this.#leastUsed(), this)
    if (place) affinity.move(place, true)
    this.#attached.add(affinity)
    this.#count(affinity.home, 1)
    return affinity
  }

  /**
   * Has stores done in certain lanes only, by plugin and name (`fileio/disk0`), which are those of no others then, as long as one lane is left for these.
   * What is open moves when what waits for its medium has ended. Replaces what was said before.
   * @throws {TypeError} or {RangeError} for what are no lanes of these.
   */
  place(placement: LanePlacement): void {
    this.#places = new LanePlaces(this.#lanes, placement)
    for (const affinity of this.#attached) {
      const place = this.#places.of(affinity.client)
      const isInWay = !place && !this.#places.free.includes(affinity.home)
      affinity.move(place ?? (isInWay ? this.#leastUsed() : affinity.home), place !== undefined)
    }
  }

  /** Takes what lanes have completed without waiting for their doorbells; whether there was any. */
  poll(): boolean {
    let any = false
    for (const lane of this.#lanes) if (lane.poll()) any = true
    return any
  }

  /**
   * Ends a lane's thread as a crash would; it starts again by itself. For tests, and for a lane that hangs.
   * @throws when there is no such lane, or it does not serve.
   */
  terminate(index: number): void {
    checkArgument('terminate: lane', index, wholeNumber())
    const lane = this.#lanes[index]
    if (!lane) throw new RangeError(`there is no lane ${index}; there are ${this.#lanes.length}, numbered from 0`)
    lane.terminate()
  }

  /**
   * Lets the lanes finish what they have, and ends their threads. Close the stores first.
   * @throws {TypeError} or {RangeError} for a deadline that is none.
   * @returns false when the deadline passed before: a thread is still in a system call, and goes on.
   */
  async close(deadlineMs: number = storeLimits.closeDeadlineMs): Promise<boolean> {
    checkArgument('close: deadlineMs', deadlineMs, TIMER_MS)
    this.reads.close()
    const stopped = Promise.all(this.#lanes.map(lane => lane.stop())).then(() => true)
    this.#direct?.close()
    const { promise: late, resolve } = Promise.withResolvers<boolean>()
    const cancel = this.timers.after(deadlineMs, () => resolve(false))
    const ended = await Promise.race([stopped, late])
    cancel()
    return ended
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** @internal */
  streamOf(source: JobSource): DirectStream | undefined {
    return this.#direct && new DirectStream(source, this.timers, this)
  }

  /** @internal */
  begin(job: LaneJob): void {
    this.#direct?.begin(job)
  }

  /** @internal */
  directStuck({ client }: JobSource): void {
    this.#listener({ kind: 'stuck', lane: undefined, store: `${client.plugin}/${client.name}` })
  }

  /** @internal */
  directReturned({ client }: JobSource): void {
    this.#listener({ kind: 'returned', lane: undefined, store: `${client.plugin}/${client.name}`, cause: undefined })
  }

  /** @internal */
  choose(home: Lane, heavy: boolean): Lane {
    return chooseLane(this.#places.free, home, heavy)
  }

  /** @internal */
  moved(affinity: LaneAffinity, from: Lane): void {
    if (!this.#attached.has(affinity)) return
    this.#count(from, -1)
    this.#count(affinity.home, 1)
  }

  /** @internal */
  detached(affinity: LaneAffinity): void {
    if (this.#attached.delete(affinity)) this.#count(affinity.home, -1)
  }

  /** @internal */
  laneDied(lane: Lane, lost: ReadonlySet<JobSource>, cause: Error | undefined): void {
    const told = new Set(lost)
    for (const affinity of this.#attached) if (affinity.home === lane) told.add(affinity)
    const before = this.#waiting.get(lane)
    // A thread that dies before it serves is one outage, not two.
    this.#waiting.set(lane, new Set([...(before ?? []), ...told]))
    this.#listener({ kind: 'died', lane: lane.index, cause })
    for (const source of told) if (!before?.has(source)) source.client.laneDown()
  }

  /** @internal */
  laneStuck(lane: Lane, { client }: JobSource): void {
    this.#listener({ kind: 'stuck', lane: lane.index, store: `${client.plugin}/${client.name}` })
  }

  /** @internal */
  laneReturned(lane: Lane, { client }: JobSource, cause: Error | undefined): void {
    this.#listener({ kind: 'returned', lane: lane.index, store: `${client.plugin}/${client.name}`, cause })
  }

  /** @internal */
  laneServes(lane: Lane): void {
    const told = this.#waiting.get(lane)
    this.#waiting.delete(lane)
    this.#tellOfEngines()
    this.#listener({ kind: 'serves', lane: lane.index })
    for (const source of told ?? []) source.client.laneUp()
    if (this.isHealthy) this.#ready.resolve()
  }

  /** @internal */
  laneUnplaced({ index: lane, cpu = 0 }: Lane, errno: number): void {
    this.#listener({ kind: 'unplaced', lane, cpu, code: errorName(errno) })
  }

  #count({ index }: Lane, more: number): void {
    this.#stores[index] = (this.#stores[index] as number) + more
  }

  #leastUsed(): Lane {
    const used = ({ index }: Lane): number => this.#stores[index] as number
    return this.#places.free.reduce((least, lane) => (used(lane) < used(least) ? lane : least))
  }

  #tellOfEngines(): void {
    if (this.#areEnginesTold) return
    this.#areEnginesTold = true
    this.#listener({ kind: 'direct', engine: this.#direct ? 'io_uring' : 'blocking calls' })
    if (!this.native) return
    const access = libcAccess()
    if (!access.libc) this.#listener({ kind: 'withoutLibc', cause: access.cause, meaning: WITHOUT_LIBC })
  }
}
