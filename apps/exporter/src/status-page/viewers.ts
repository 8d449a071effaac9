import type { AnswerSink } from '@lunkit/metrics'
import type { Clock } from './clock.ts'
import { titleOf } from './document.ts'
import { type PageQuery, queryText } from './page-query.ts'
import { type RegionName, regions } from './regions/regions.ts'
import type { Sample } from './sample.ts'
import type { Watch } from './watch.ts'

/** So many see the page change at once. */
export const MOST_VIEWERS = 16
/** Who has taken nothing for so long is dropped. */
export const SLOWEST_MS = 10_000

/** Somebody who sees the page change. */
interface Viewer {
  readonly response: AnswerSink
  readonly query: PageQuery
  /** What was sent of each part last. */
  readonly sent: Map<string, string>
  /** Since when it takes nothing; undefined while it does. */
  slowSinceMs: number | undefined
}

/** The parts of the page by name, as JSON. */
type Parts = ReadonlyMap<string, string>

/** Those who see the page change. All of them see what is seen once. */
export class Viewers {
  readonly #watch: Watch
  readonly #clock: Clock
  readonly #viewers = new Set<Viewer>()
  #unwatch: (() => void) | undefined

  /** Nobody yet. */
  constructor(watch: Watch, clock: Clock) {
    this.#watch = watch
    this.#clock = clock
  }

  /** Whether there is room for one more. */
  get isFull(): boolean {
    return this.#viewers.size >= MOST_VIEWERS
  }

  /** Sends what there is now, and what changes, until the answer is closed by either side. */
  async add(response: AnswerSink, query: PageQuery): Promise<void> {
    // Several may have been let in at once.
    if (this.isFull) return void response.destroy()
    const viewer: Viewer = { response, query, sent: new Map(), slowSinceMs: undefined }
    this.#viewers.add(viewer)
    response.on('close', () => this.#remove(viewer))
    response.write('retry: 2000\n\n')
    this.#unwatch ??= this.#watch.watch(sample => this.#showAll(sample))
    const sample = await this.#watch.look()
    if (this.#viewers.has(viewer)) this.#show(viewer, this.#partsOf(sample, query))
  }

  /** Ends all of them. */
  close(): void {
    for (const { response } of this.#viewers) response.destroy()
  }

  #remove(viewer: Viewer): void {
    this.#viewers.delete(viewer)
    if (this.#viewers.size > 0) return
    this.#unwatch?.()
    this.#unwatch = undefined
  }

  #showAll(sample: Sample): void {
    const made = new Map<string, Parts>()
    for (const viewer of this.#viewers) {
      const key = queryText(viewer.query)
      const parts = made.get(key) ?? this.#partsOf(sample, viewer.query)
      made.set(key, parts)
      this.#show(viewer, parts)
    }
  }

  #partsOf(sample: Sample, query: PageQuery): Parts {
    const seen = { sample, history: this.#watch.history }
    const names = Object.keys(regions) as RegionName[]
    const parts = names.map(name => [name, JSON.stringify(regions[name](seen, query))] as const)
    return new Map([['title', JSON.stringify(titleOf(seen))], ...parts])
  }

  /** Sends what has changed. Who has not taken the last yet is spared this one, and sees the next. */
  #show(viewer: Viewer, parts: Parts): void {
    const { response, sent } = viewer
    if (response.writableNeedDrain) {
      viewer.slowSinceMs ??= this.#clock.now()
      if (this.#clock.now() - viewer.slowSinceMs >= SLOWEST_MS) response.destroy()
      return
    }
    viewer.slowSinceMs = undefined
    const changed = [...parts].filter(([name, json]) => sent.get(name) !== json)
    for (const [name, json] of changed) sent.set(name, json)
    const members = changed.map(([name, json]) => `${JSON.stringify(name)}:${json}`)
    response.write(`event: page\ndata: {${members.join(',')}}\n\n`)
  }
}
