import { type GaugeSample, growth, quarterMedian } from './flatness.ts'
import type { HeapSize } from './heap-size.ts'
import type { Host } from './host.ts'
import { LoadThread } from './load-thread.ts'
import type { LoadOrder } from './load-worker.ts'
import { sampleProcess } from './process-sample.ts'
import { sumOf } from './report.ts'
import { UNIT_PLANS } from './unit-plan.ts'

/** How one host is loaded. */
export interface HostRunOptions {
  readonly loads: number
  readonly sessions: number
  readonly depth: number
  readonly rate: number
  readonly seed: number
}

type HostSample = GaugeSample & HeapSize

/** How long a load may take for anything it is asked, its last sweep included. */
const ORDER_MS = 180_000

/** One host, its loads, and what was seen of it. */
export class HostRun {
  readonly host: Host
  readonly #threads: readonly LoadThread[]
  readonly #samples: HostSample[] = []
  readonly #findings: string[] = []
  /** What was said already. */
  readonly #told = new Set<string>()
  #laneDeaths = 0
  #restarts = 0

  constructor(host: Host, { loads, seed, rate, sessions, depth }: HostRunOptions) {
    this.host = host
    const { address, tolerance } = host
    const common = {
      address,
      tolerance,
      units: UNIT_PLANS,
      loads,
      sessions,
      depth,
      rate: rate / loads,
      disturbed: true,
    }
    this.#threads = Array.from(
      { length: loads },
      (_, index) => new LoadThread({ ...common, index, seed: seed + index * 7919 }),
    )
  }

  async start(): Promise<void> {
    await this.#all({ kind: 'start' })
  }

  /** Ends the host's process by SIGKILL and starts it anew, under load. */
  async restart(): Promise<void> {
    if (!this.host.restart) return
    await this.#all({ kind: 'outage' })
    await this.host.restart()
    this.#restarts++
    await this.#all({ kind: 'restarted', address: this.host.address })
  }

  /** Looks at the process. */
  async sample(progress: number): Promise<void> {
    const { heapBytes, youngBytes, laneDeaths } = await this.host.gauges()
    this.#laneDeaths = laneDeaths
    const { residentBytes, ...handles } = await sampleProcess(this.host.pid)
    this.#samples.push({ progress, heapBytes, youngBytes, residentBytes: residentBytes - youngBytes, ...handles })
  }

  /** Asks the loads how far they are. */
  async ask(): Promise<void> {
    await this.#all({ kind: 'report' })
  }

  /** How far the loads were when they were last asked; one line. */
  summary(): string {
    const counts = sumOf(this.#threads.map(({ last }) => last.counts))
    const done = Object.entries(counts).map(([what, times]) => `${times} ${what}`)
    const disturbed = `${this.#restarts} kills, ${this.#laneDeaths} lane deaths`
    return `${this.host.name}: ${this.found} findings; ${done.join(', ')}; ${disturbed}${gaugesText(this.#samples.at(-1))}`
  }

  /** Ends the load, reads everything once more through the wire, ends the host, and reads the files. */
  async finish(): Promise<void> {
    await this.#all({ kind: 'stop' })
    await this.host.calm?.()
    await this.#all({ kind: 'sweep' })
    await this.host.stop()
    for (const unit of UNIT_PLANS) {
      const path = this.host.file(unit)
      if (path !== undefined) await this.#all({ kind: 'checkFile', lun: unit.lun, path })
    }
    for (const thread of this.#threads) await thread.end()
  }

  /** Something is wrong that the loads did not see. */
  find(what: string): void {
    this.#findings.push(what)
  }

  /** Judges whether memory and handles stayed flat. */
  judgeFlatness(): void {
    for (const what of growth(this.#samples)) this.find(what)
  }

  /** What was seen in the second quarter and in the last. */
  flatness(): string {
    const gauges = ['residentBytes', 'heapBytes', 'openFiles', 'threads'] as const
    const of = (gauge: (typeof gauges)[number]): string =>
      [1, 3].map(quarter => quarterMedian(this.#samples, quarter, gauge)).join(' -> ')
    return `${this.host.name}: ${gauges.map(gauge => `${gauge} ${of(gauge)}`).join(', ')} (medians of the second and the last quarter)`
  }

  /** How much was found to be wrong. */
  get found(): number {
    return this.#findings.length + this.#threads.reduce((sum, { last }) => sum + last.found, 0)
  }

  /** What was found since this was asked last. */
  takeFindings(): string[] {
    const all = this.#allFindings
    const fresh = all.filter(each => !this.#told.has(each))
    for (const each of fresh) this.#told.add(each)
    return fresh
  }

  get #allFindings(): string[] {
    return [...this.#findings, ...this.#threads.flatMap(({ last }) => last.findings)].map(
      each => `${this.host.name}: ${each}`,
    )
  }

  async #all(order: LoadOrder): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new Error(`a load did not ${order.kind} within ${ORDER_MS} ms`)), ORDER_MS)
    try {
      await Promise.race([late, Promise.all(this.#threads.map(thread => thread.ask(order)))])
    } finally {
      clearTimeout(timer)
    }
  }
}

const mib = (bytes: number): number => Math.round(bytes / 2 ** 20)

function gaugesText(sample: HostSample | undefined): string {
  if (!sample) return ''
  const { residentBytes, youngBytes, heapBytes, openFiles, threads } = sample
  const memory = `${mib(residentBytes)} MiB resident and ${mib(youngBytes)} of V8's young generation`
  return `; ${memory}, ${mib(heapBytes)} MiB of heap, ${openFiles} files, ${threads} threads`
}
