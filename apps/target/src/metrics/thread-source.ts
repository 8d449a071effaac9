import type { Inventory, MetricsSource, ToldMetrics } from '@lunkit/metrics'
import type { ReadBlock } from '../statistics/statistics-request.ts'
import { toldCounters } from '../statistics/told-counters.ts'
import type { MetricsQuestion, ToMetrics } from './metrics-message.ts'

/** How long the protocol thread may take to answer. */
interface Patience {
  /** To tell what there is. */
  readonly inventoryMs: number
  /** To say that it is there. */
  readonly stateMs: number
}

/** Prometheus gives a scrape ten seconds unless it is told otherwise, Kubernetes a probe one. */
const PATIENCE: Patience = { inventoryMs: 8000, stateMs: 900 }

type Answer = Extract<ToMetrics, { kind: 'answer' }>

/** What the thread that serves metrics reads by itself, and asks of the protocol thread. */
export class ThreadSource implements MetricsSource {
  readonly #ask: (question: MetricsQuestion) => void
  readonly #patience: Patience
  readonly #waiting = new Map<number, (answer: Answer | undefined) => void>()
  #blocks: readonly ReadBlock[] | undefined
  #last = 0

  /** `ask` brings a question to the protocol thread. */
  constructor(ask: (question: MetricsQuestion) => void, patience: Patience = PATIENCE) {
    this.#ask = ask
    this.#patience = patience
  }

  /** What is counted, from now on. */
  open(blocks: readonly ReadBlock[]): void {
    this.#blocks = blocks
  }

  /** The protocol thread has answered. */
  heard(answer: Answer): void {
    this.#waiting.get(answer.id)?.(answer)
  }

  /** All that is counted, and what there is; undefined where nothing is served yet, or the protocol thread does not answer. */
  async read(): Promise<ToldMetrics | undefined> {
    if (this.#blocks === undefined) return undefined
    const answered = this.#answerTo('inventory', this.#patience.inventoryMs)
    // While the protocol thread is at it.
    const { bounds, blocks } = toldCounters(this.#blocks, [])
    const { inventory, more = [] } = (await answered) ?? {}
    if (inventory === undefined) return undefined
    const counters = { bounds, blocks: [...blocks, ...more] }
    return { counters, inventory: JSON.parse(Buffer.from(inventory).toString()) as Inventory }
  }

  /** Whether it serves. */
  async isReady(): Promise<boolean> {
    return (await this.#answerTo('state', this.#patience.stateMs))?.isReady ?? false
  }

  /** Whether the protocol thread answers. */
  async isHealthy(): Promise<boolean> {
    return (await this.#answerTo('state', this.#patience.stateMs)) !== undefined
  }

  #answerTo(what: MetricsQuestion['what'], timeoutMs: number): Promise<Answer | undefined> {
    const id = ++this.#last
    return new Promise(resolve => {
      const timer = setTimeout(() => settle(undefined), timeoutMs)
      const settle = (answer: Answer | undefined): void => {
        clearTimeout(timer)
        this.#waiting.delete(id)
        resolve(answer)
      }
      this.#waiting.set(id, settle)
      this.#ask({ kind: 'asks', id, what })
    })
  }
}
