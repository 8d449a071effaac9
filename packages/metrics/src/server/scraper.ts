import type { Exposition, Reading } from '../exposition/exposition.ts'
import type { Format } from '../exposition/format.ts'
import type { MetricsSource } from './metrics-source.ts'

const MS_A_SECOND = 1000

/** Asks a source when somebody wants metrics; who wants them while that is under way gets the same. */
export class Scraper {
  readonly #source: MetricsSource
  readonly #exposition: Exposition
  readonly #texts = new Map<Format, Promise<Uint8Array>>()
  #reading: Promise<Reading> | undefined

  /** Asks nothing yet. */
  constructor(source: MetricsSource, exposition: Exposition) {
    this.#source = source
    this.#exposition = exposition
  }

  /** All metrics as they are now, in UTF-8. */
  text(format: Format): Promise<Uint8Array> {
    const underWay = this.#texts.get(format) ?? this.#write(format).finally(() => this.#texts.delete(format))
    this.#texts.set(format, underWay)
    return underWay
  }

  async #write(format: Format): Promise<Uint8Array> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#exposition.bytes(await this.#reading, format)
  }

  async #read(): Promise<Reading> {
    const startedMs = performance.now()
    const told = await this.#source.read()
    return { told, durationSeconds: (performance.now() - startedMs) / MS_A_SECOND }
  }
}
