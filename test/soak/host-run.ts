import { SeededRandom } from '../harness/seeded-random.ts'
import { EditLoop } from './edit-loop.ts'
import { wrongLogins } from './expected-login.ts'
import { type GaugeSample, growth, quarterMedian } from './flatness.ts'
import type { Host, HostGauges } from './host.ts'
import type { AnnouncedChange } from './load-session.ts'
import { LoadThread } from './load-thread.ts'
import type { LoadOrder } from './load-worker.ts'
import { LoadedEdits } from './loaded-edits.ts'
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

type HostSample = GaugeSample & HostGauges

/** How long a load may take for anything it is asked, its last sweep included. */
const ORDER_MS = 180_000
/** How long units under load are left alone after an edit of one. */
const LOADED_PAUSE_MS = 1500
/** How long one is away, or smaller, at most. */
const LONGEST_AWAY_MS = 1500

/** One host, its loads, and what was seen of it. */
export class HostRun {
  readonly host: Host
  readonly #threads: readonly LoadThread[]
  readonly #samples: HostSample[] = []
  readonly #findings: string[] = []
  /** What was said already. */
  readonly #told = new Set<string>()
  readonly #loadedEdits: EditLoop
  #loadedEditCount = 0
  #changes = 0
  #restarts = 0
  #looks = 0

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
    const random = new SeededRandom(seed + 1)
    const edits = new LoadedEdits({
      random,
      plans: UNIT_PLANS,
      removals: host.removals,
      longestMs: LONGEST_AWAY_MS,
      perform: edit => host.perform(edit),
      expect: (expectation, isSettled) => this.#all({ kind: 'expect', expectation, isSettled }),
      announcing: (change, make) => this.#announcing(change, make),
    })
    this.#loadedEdits = new EditLoop({
      edit: async () => {
        await edits.edit()
        this.#loadedEditCount++
      },
      pauseMs: () => random.below(2 * LOADED_PAUSE_MS),
      failed: error => {
        this.find(`an edit of a unit under load: ${String(error)}`)
        // The loads do not know any more what is served.
        void this.#loadedEdits.end()
      },
    })
  }

  async start(): Promise<void> {
    await this.#all({ kind: 'start' })
    await this.edit()
    this.#loadedEdits.start()
  }

  /** Has what the host serves edited, beside the units under load. */
  async edit(): Promise<void> {
    const luns = UNIT_PLANS.map(({ lun }) => lun)
    await this.host.edit({
      find: what => this.find(what),
      concerning: edit => this.#announcing({ what: 'reportedLunsDataHasChanged', luns }, edit),
    })
  }

  /** Ends the host's process by SIGKILL and starts it anew, under load. */
  async restart(): Promise<void> {
    const { restart } = this.host
    if (!restart) return
    await this.#loadedEdits.rest(async () => {
      await this.#all({ kind: 'outage' })
      await restart()
      this.#restarts++
      await this.#all({ kind: 'restarted', address: this.host.address })
    })
  }

  /** Looks at the process. */
  async sample(progress: number): Promise<void> {
    const { residentBytes, ...gauges } = await this.host.gauges()
    this.#samples.push({ progress, ...gauges, residentBytes: residentBytes - gauges.youngBytes })
  }

  /** Compares what initiators see with what the edits should have made of it. */
  async look(): Promise<void> {
    await this.#loadedEdits.rest(() =>
      this.host.lookAt(async expected => {
        for (const wrong of await wrongLogins(expected)) this.find(wrong)
        this.#looks += expected.length
      }),
    )
  }

  /** Asks the loads how far they are. */
  async ask(): Promise<void> {
    await this.#all({ kind: 'report' })
  }

  /** How many scrapes of the host's metrics were right. */
  get scrapes(): number {
    return this.host.scrapes ?? 0
  }

  /** How many commands `lunkit` was given. */
  get commands(): number {
    return this.host.editCounts.commands ?? 0
  }

  /** How far the loads were when they were last asked; one line. */
  summary(): string {
    const counts = sumOf(this.#threads.map(({ last }) => last.counts))
    const done = Object.entries(counts).map(([what, times]) => `${times} ${what}`)
    const { edits, refused } = this.host.editCounts
    const sample = this.#samples.at(-1)
    const edited = `${edits} edits, ${refused} refused, ${this.#loadedEditCount} of units under load, ${this.#looks} logins as they should be`
    const managed =
      this.host.scrapes === undefined ? '' : `; ${this.scrapes} scrapes, ${this.commands} commands of lunkit`
    const disturbed = `${edited}${managed}; ${this.#restarts} kills, ${sample?.laneDeaths ?? 0} lane deaths`
    return `${this.host.name}: ${this.found} findings; ${done.join(', ')}; ${disturbed}${gaugesText(sample)}`
  }

  /** Ends the load, reads everything once more through the wire, ends the host, and reads the files. */
  async finish(): Promise<void> {
    await this.#loadedEdits.end()
    await this.look()
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
    const gauges = ['residentBytes', 'heapBytes', 'openFiles', 'threads', 'rows'] as const
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

  async #announcing(change: AnnouncedChange, make: () => Promise<void>): Promise<void> {
    const id = ++this.#changes
    await this.#all({ kind: 'changes', id, change })
    await make()
    await this.#all({ kind: 'changed', id })
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
  const { residentBytes, youngBytes, heapBytes, openFiles, threads, rows } = sample
  const memory = `${mib(residentBytes)} MiB resident and ${mib(youngBytes)} of V8's young generation`
  return `; ${memory}, ${mib(heapBytes)} MiB of heap, ${openFiles} files, ${threads} threads, ${rows} rows`
}
