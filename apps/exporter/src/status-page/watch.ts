import type { Clock } from './clock.ts'
import { History, type Point } from './history.ts'
import { DaemonReader, type Reading, type ReadingClient } from './reading.ts'
import { loadsBetween, type Sample, type TimedReading } from './sample.ts'

/** How lunkitd is watched. */
export interface WatchOptions {
  readonly client: ReadingClient
  readonly clock: Clock
}

/** So often is looked while somebody watches. */
const INTERVAL_MS = 2000
/** And so often at the least: a page that hears nothing for longer asks anew. */
const LONGEST_MS = 20_000
/** Of all time, looking takes one part of so many at the most. */
const REST = 10
/** What was seen so long ago is what there is now. */
const FRESH_MS = 1000
/** A load between readings that are further apart says nothing of now. */
const OLDEST_MS = 30_000
/** So long is waited between two readings where there was none before. */
const FIRST_MS = 400

/** Looks at lunkitd: as often as it must for all who watch together, and not at all while nobody does. */
export class Watch {
  readonly #reader: DaemonReader
  readonly #clock: Clock
  readonly #history = new History()
  readonly #watchers = new Set<(sample: Sample) => void>()
  #last: Sample | undefined
  #before: TimedReading | undefined
  #looking: Promise<Sample> | undefined
  #tookMs = 0
  #cancel: (() => void) | undefined

  /** Looks at nothing yet. */
  constructor({ client, clock }: WatchOptions) {
    this.#reader = new DaemonReader(client)
    this.#clock = clock
  }

  /** What went on in the last minutes, as far as somebody looked. */
  get history(): readonly Point[] {
    return this.#history.points
  }

  /** What there is now. Who asks while somebody looks already sees the same. */
  async look(): Promise<Sample> {
    const last = this.#last
    if (last !== undefined && this.#clock.now() - last.atMs < FRESH_MS) return last
    this.#looking ??= this.#lookAnew().finally(() => {
      this.#looking = undefined
    })
    return this.#looking
  }

  /** Tells what there is, again and again, until the function is called that it gives. */
  watch(tell: (sample: Sample) => void): () => void {
    this.#watchers.add(tell)
    if (this.#watchers.size === 1) this.#wait(INTERVAL_MS)
    return () => {
      this.#watchers.delete(tell)
      if (this.#watchers.size === 0) this.#cancel?.()
    }
  }

  #wait(milliseconds: number): void {
    this.#cancel?.()
    this.#cancel = this.#clock.after(milliseconds, () => void this.#tellAll())
  }

  async #tellAll(): Promise<void> {
    const startedMs = this.#clock.now()
    const sample = await this.look()
    for (const tell of this.#watchers) tell(sample)
    if (this.#watchers.size > 0) this.#wait(this.#restMs(sample, this.#clock.now() - startedMs))
  }

  /** One look that takes long says nothing yet: the first at a lunkitd does. One that is away is looked for as often as ever. */
  #restMs({ away }: Sample, tookMs: number): number {
    const slowMs = Math.min(tookMs, this.#tookMs)
    this.#tookMs = away === undefined ? tookMs : 0
    return away === undefined ? Math.min(LONGEST_MS, Math.max(INTERVAL_MS, slowMs * REST)) : INTERVAL_MS
  }

  async #lookAnew(): Promise<Sample> {
    const known = this.#before
    if (known !== undefined && this.#clock.now() - known.atMs < OLDEST_MS) return this.#take()
    const first = await this.#take()
    if (first.away !== undefined) return first
    await new Promise<void>(resolve => this.#clock.after(FIRST_MS, resolve))
    return this.#take()
  }

  async #take(): Promise<Sample> {
    const asked = await this.#asked()
    const sample = typeof asked === 'string' ? this.#away(asked) : this.#seen(asked)
    this.#last = sample
    this.#history.add({ atMs: sample.atMs, load: sample.loads?.all })
    return sample
  }

  async #asked(): Promise<Reading | string> {
    try {
      return await this.#reader.read()
    } catch (error) {
      return (error as Error).message
    }
  }

  #away(away: string): Sample {
    const { reading, readAt } = this.#last ?? {}
    this.#before = undefined
    return { atMs: this.#clock.now(), at: this.#clock.today(), away, reading, readAt, loads: undefined }
  }

  #seen(reading: Reading): Sample {
    const [atMs, at] = [this.#clock.now(), this.#clock.today()]
    const now = { atMs, reading }
    const loads = loadsBetween(this.#before, now)
    this.#before = now
    return { atMs, at, away: undefined, reading, readAt: at, loads }
  }
}
