import { ControlClient } from '@lunkit/control/client'
import type { MetricsSource, ToldMetrics } from '@lunkit/metrics'

/** Whom a source asks. */
export interface ControlSourceOptions {
  /** The path of lunkitd's control socket. */
  readonly control: string
  /** Is told when lunkitd is reached no more, and why, and when it is again. */
  readonly tell: (line: string) => void
  /** Milliseconds of silence after which lunkitd is taken not to be there. */
  readonly timeoutMs?: number
}

/** Prometheus gives a scrape ten seconds, unless it is told otherwise. */
const TIMEOUT_MS = 8000

/** What a lunkitd tells by its control socket. */
export class ControlSource implements MetricsSource {
  readonly #client: ControlClient
  readonly #say: (line: string) => void
  #isUp: boolean | undefined

  /** Asks nothing yet. */
  constructor({ control, tell, timeoutMs = TIMEOUT_MS }: ControlSourceOptions) {
    this.#client = new ControlClient({ path: control, timeoutMs })
    this.#say = tell
  }

  /** What it counts, and what there is. */
  async read(): Promise<ToldMetrics | undefined> {
    try {
      const [counters, inventory] = await Promise.all([this.#client.call('counters'), this.#client.call('inventory')])
      this.#tell(true, `lunkitd answers at ${this.#client.path}`)
      return { counters, inventory }
    } catch (error) {
      this.#tell(false, (error as Error).message)
      return undefined
    }
  }

  /** Whether it answers. */
  async isReady(): Promise<boolean> {
    return this.#client.call('refusals', { limit: 1 }).then(
      () => true,
      () => false,
    )
  }

  /** An exporter is as it should be also where lunkitd is away. */
  async isHealthy(): Promise<boolean> {
    return true
  }

  /** Each change is told once. */
  #tell(isUp: boolean, line: string): void {
    if (this.#isUp !== isUp) this.#say(line)
    this.#isUp = isUp
  }
}
