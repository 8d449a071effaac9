import { ControlClient } from '@lunkit/control/client'
import type { Exposition, Reading } from './exposition/exposition.ts'
import type { Format } from './exposition/format.ts'

/** What reads lunkitd. */
export interface ScraperOptions {
  /** The path of lunkitd's control socket. */
  readonly control: string
  readonly exposition: Exposition
  /** Is told when lunkitd is reached no more, and why, and when it is again. */
  readonly tell: (line: string) => void
  /** Milliseconds of silence after which lunkitd is taken not to be there. */
  readonly timeoutMs?: number
}

/** Prometheus gives a scrape ten seconds, unless it is told otherwise. */
const TIMEOUT_MS = 8000
const MS_A_SECOND = 1000

/** Reads what lunkitd tells when somebody asks for metrics; who asks while that is under way gets the same. */
export class Scraper {
  readonly #client: ControlClient
  readonly #options: ScraperOptions
  readonly #texts = new Map<Format, Promise<string>>()
  #reading: Promise<Reading> | undefined
  #isUp: boolean | undefined

  /** Reads nothing yet. */
  constructor(options: ScraperOptions) {
    this.#options = options
    this.#client = new ControlClient({ path: options.control, timeoutMs: options.timeoutMs ?? TIMEOUT_MS })
  }

  /** All metrics as they are now. */
  text(format: Format): Promise<string> {
    const underWay = this.#texts.get(format) ?? this.#write(format).finally(() => this.#texts.delete(format))
    this.#texts.set(format, underWay)
    return underWay
  }

  /** Whether lunkitd answers now. */
  async isUp(): Promise<boolean> {
    return this.#client.call('refusals', { limit: 1 }).then(
      () => true,
      () => false,
    )
  }

  async #write(format: Format): Promise<string> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = undefined
    })
    return this.#options.exposition.text(await this.#reading, format)
  }

  async #read(): Promise<Reading> {
    const startedMs = performance.now()
    const told = await this.#told()
    return { told, durationSeconds: (performance.now() - startedMs) / MS_A_SECOND }
  }

  async #told(): Promise<Reading['told']> {
    try {
      const [counters, inventory] = await Promise.all([this.#client.call('counters'), this.#client.call('inventory')])
      this.#tell(true, `lunkitd answers at ${this.#client.path}`)
      return { counters, inventory }
    } catch (error) {
      this.#tell(false, (error as Error).message)
      return undefined
    }
  }

  /** Each change is told once. */
  #tell(isUp: boolean, line: string): void {
    if (this.#isUp !== isUp) this.#options.tell(line)
    this.#isUp = isUp
  }
}
