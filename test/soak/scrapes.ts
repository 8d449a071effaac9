import { type ParsedFamily, parseExposition } from '../harness/exposition-parser.ts'
import { CounterWatch } from './counter-watch.ts'
import { EditLoop } from './edit-loop.ts'

/** Between two scrapes. */
const PAUSE_MS = 1000

/** Somebody who serves the metrics of a lunkitd. */
export interface ScrapedPlace {
  readonly name: string
  /** What it answers now. */
  readonly metrics: () => Promise<string>
}

/** Scrapes whoever serves a lunkitd's metrics, about every second, and looks whether they are right. */
export class Scrapes {
  readonly #loop: EditLoop
  readonly #watches: ReadonlyMap<ScrapedPlace, CounterWatch>
  readonly #find: (what: string) => void
  #count = 0

  constructor(places: readonly ScrapedPlace[], find: (what: string) => void) {
    this.#find = find
    this.#watches = new Map(places.map(place => [place, new CounterWatch()]))
    this.#loop = new EditLoop({
      edit: async () => void (await Promise.all(places.map(place => this.#scrape(place)))),
      pauseMs: () => PAUSE_MS,
      failed: error => find(`scrapes: ${String(error)}`),
    })
  }

  /** How many were right so far. */
  get count(): number {
    return this.#count
  }

  start(): void {
    this.#loop.start()
  }

  /** Does something while nothing is scraped. */
  rest<T>(act: () => Promise<T>): Promise<T> {
    return this.#loop.rest(act)
  }

  /** Ends: no scrape is under way then. */
  end(): Promise<void> {
    return this.#loop.end()
  }

  async #scrape(place: ScrapedPlace): Promise<void> {
    try {
      const wrong = this.#wrong(place, parseExposition(await place.metrics()))
      for (const each of wrong) this.#find(`a scrape of ${place.name}: ${each}`)
      if (wrong.length === 0) this.#count++
    } catch (error) {
      this.#find(`a scrape of ${place.name}: ${String(error)}`)
    }
  }

  #wrong(place: ScrapedPlace, families: ReadonlyMap<string, ParsedFamily>): string[] {
    if (families.get('lunkit_up')?.samples[0]?.value !== 1) return ['lunkit_up is not 1']
    return this.#watches.get(place)?.look(families) ?? []
  }
}
