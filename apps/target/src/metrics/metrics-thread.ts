import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { ControlParts } from '../control/control-parts.ts'
import type { InventoryParts } from '../inventory/told-inventory.ts'
import type { Logger } from '../log/logger.ts'
import { givenBlocks } from '../statistics/given-blocks.ts'
import { countedStrangers } from '../statistics/told-strangers.ts'
import { whyOf } from '../why.ts'
import type { FromMetrics, MetricsQuestion, MetricsThreadData, ToMetrics } from './metrics-message.ts'
import type { MetricsPlace } from './metrics-place.ts'
import { MetricsUnusable } from './metrics-unusable.ts'

const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js'
const entry = fileURLToPath(new URL(`./metrics-worker.${extension}`, import.meta.url))
/** What metrics are told of. */
type MetricsParts = InventoryParts & Pick<ControlParts, 'tls'>

/** A thread that has ended unasked is followed by another after this long. */
const AGAIN_MS = 1000

/**
 * The thread that serves lunkitd's own metrics: its sockets, what is counted, and their text are its own. The protocol thread is asked
 * only what there is, and whether it still answers.
 */
export class MetricsThread {
  readonly #place: MetricsPlace
  readonly #log: Logger
  #worker: Worker | undefined
  #parts: MetricsParts | undefined
  #isEnding = false

  private constructor(place: MetricsPlace, log: Logger) {
    this.#place = place
    this.#log = log
  }

  /**
   * Listens, where a place is given.
   * @throws {MetricsUnusable} where it cannot.
   */
  static async openIfAsked(place: MetricsPlace | undefined, log: Logger): Promise<MetricsThread | undefined> {
    if (place === undefined) return undefined
    const thread = new MetricsThread(place, log)
    await thread.#start()
    return thread
  }

  /** From now on there is something to tell. */
  serve(parts: MetricsParts): void {
    this.#parts = parts
    this.#tell({ kind: 'serves', blocks: givenBlocks(parts.served.server.statistics.blocks) })
  }

  /** From now on it is not ready. */
  leave(): void {
    this.#isEnding = true
  }

  /** Ends the thread and its sockets. */
  async close(): Promise<void> {
    const worker = this.#worker
    this.#isEnding = true
    this.#worker = undefined
    await worker?.terminate()
  }

  /** Resolves when it listens. */
  async #start(): Promise<void> {
    const blocks = this.#parts && givenBlocks(this.#parts.served.server.statistics.blocks)
    const workerData: MetricsThreadData = { place: this.#place, blocks }
    const worker = new Worker(entry, { workerData, name: 'metrics' })
    worker.unref()
    this.#worker = worker
    const url = await this.#firstWords(worker)
    worker.on('message', (said: FromMetrics) => {
      if (said.kind === 'asks') void this.#answer(said)
      if (said.kind === 'tells') this.#log.warn({ event: 'metricsNotice' }, `metrics: ${said.line}`)
    })
    worker.on('error', error =>
      this.#log.error(
        { event: 'metricsFault', err: error },
        `a bug in the thread that serves metrics: ${error.message}`,
      ),
    )
    worker.on('exit', () => this.#lost(worker))
    this.#log.info({ event: 'metricsServed', metrics: url }, `metrics at ${url}`)
  }

  async #firstWords(worker: Worker): Promise<string> {
    try {
      const [said] = (await once(worker, 'message')) as [FromMetrics]
      if (said.kind === 'listens') return said.url
      const { why, inUse } = said.kind === 'failed' ? said : { why: 'it does not listen', inUse: false }
      throw new MetricsUnusable(`metrics cannot be served at ${this.#place.host}:${this.#place.port}: ${why}`, inUse)
    } catch (error) {
      await worker.terminate()
      throw error
    }
  }

  /** Only a bug of ours ends it; what is served does not suffer from that. */
  #lost(worker: Worker): void {
    if (this.#worker !== worker) return
    this.#log.error({ event: 'metricsEnded' }, 'the thread that serves metrics has ended, it is started again')
    this.#startLater()
  }

  #startLater(): void {
    this.#worker = undefined
    setTimeout(() => {
      if (this.#isEnding) return
      this.#start().catch((error: unknown) => {
        this.#log.error({ event: 'metricsNotServed', err: error }, `there are no metrics: ${whyOf(error)}`)
        this.#startLater()
      })
    }, AGAIN_MS).unref()
  }

  async #answer({ id, what }: MetricsQuestion): Promise<void> {
    const parts = this.#parts
    const isReady = parts !== undefined && !this.#isEnding
    if (parts === undefined || what === 'state') this.#tell({ kind: 'answer', id, isReady })
    else {
      const more = [countedStrangers(parts.tls?.listener.strangers)]
      this.#tell({ kind: 'answer', id, isReady, inventory: await this.#inventory(parts), more })
    }
  }

  /** What tells it is loaded when it is asked for first. */
  async #inventory(parts: InventoryParts): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const { toldInventory } = await import('../inventory/told-inventory.ts')
      return await toldInventory(parts)
    } catch (error) {
      this.#log.error({ event: 'metricsNotTold', err: error }, `metrics cannot be told: ${whyOf(error)}`)
      return undefined
    }
  }

  #tell(message: ToMetrics): void {
    const moved = message.kind === 'answer' && message.inventory ? [message.inventory.buffer] : []
    this.#worker?.postMessage(message, moved)
  }
}
