import { parentPort, workerData } from 'node:worker_threads'
import { laneMetrics, storeMetrics } from '@lunkit/backstores'
import { nexusMetrics, unitMetrics } from '@lunkit/scsi-engine'
import { BlockReader, type Declaration, type Metrics } from '@lunkit/statistics'
import { portalMetrics, sessionMetrics, targetMetrics } from '@lunkit/target'
import { threadMetrics } from 'lunkit'
import { countedRows, sumOf } from './counted-rows.ts'
import type { Counts } from './tally.ts'

/** How often it was looked, and what was less than before. */
export interface NeverBackReport {
  readonly looks: number
  readonly less: readonly string[]
}

const LOOK_EVERY_MS = 10

const DECLARATIONS: Readonly<Record<string, Declaration>> = {
  target: targetMetrics,
  portals: portalMetrics,
  sessions: sessionMetrics,
  units: unitMetrics,
  nexuses: nexusMetrics,
  stores: storeMetrics,
  lanes: laneMetrics,
  threads: threadMetrics,
}

class Watched {
  readonly #name: string
  readonly #reader: BlockReader<string, Metrics>
  readonly #isGauge: (counter: string) => boolean
  #before: Counts = {}

  constructor(name: string, declaration: Declaration, memory: SharedArrayBuffer) {
    this.#name = name
    this.#reader = new BlockReader(declaration, memory)
    const { metrics } = declaration
    this.#isGauge = counter => metrics[counter.split('.')[0] ?? counter]?.kind === 'gauge'
  }

  /** In words, what has become less. */
  look(): string[] {
    const before = this.#before
    const sum = sumOf(countedRows(this.#reader.snapshot()))
    this.#before = sum
    return Object.keys(before).flatMap(counter => {
      const [was = 0, is = 0] = [before[counter], sum[counter]]
      return is >= was || this.#isGauge(counter) ? [] : [`${this.#name}: ${counter} went from ${was} to ${is}`]
    })
  }
}

const memory = workerData as Readonly<Record<string, SharedArrayBuffer>>
const watched = Object.entries(memory).map(
  ([name, buffer]) => new Watched(name, DECLARATIONS[name] as Declaration, buffer),
)
const less: string[] = []
let looks = 0

setInterval(() => {
  looks++
  for (const each of watched) less.push(...each.look())
}, LOOK_EVERY_MS)

parentPort?.on('message', () => parentPort?.postMessage({ looks, less } satisfies NeverBackReport))
