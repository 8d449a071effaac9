import { inspect } from 'node:util'
import { type LifeTimers, lifeTimers } from '../life/life-timers.ts'
import type { Logger } from '../log/logger.ts'
import { readVersion } from '../version.ts'
import { whyOf } from '../why.ts'
import { CrashDirectory } from './crash-directory.ts'
import type { LogTail } from './log-tail.ts'
import { bootId, configurationFacts, noted, type RunFacts, runName } from './run-facts.ts'

/** How often what was logged lately is noted, where it has changed. */
const NOTE_EVERY_MS = 1000

/** A run before this one, which did not end as it should. */
export interface LastCrash {
  /** When it was started. */
  readonly since: string
  /** The newest report of it. */
  readonly report: string
}

/** Where reports go, and of what. */
export interface RecordedRun {
  /** Undefined: nowhere. */
  readonly stateDirectory: string | undefined
  readonly configuration: string | undefined
}

/**
 * Notes on the disk that lunkitd runs, and what it logged lately, until it ends as it should. Where it ends by a bug it leaves a report; where
 * it could not (killed, out of memory, a signal that ends programs), the next one makes a report of the note.
 */
export class FlightRecorder {
  readonly #log: Pick<Logger, 'warn'>
  readonly #tail: LogTail
  readonly #timers: Pick<LifeTimers, 'every'>
  readonly #since = new Date().toISOString()
  #directory: CrashDirectory | undefined
  #facts: RunFacts | undefined
  #counted: (() => object) | undefined
  #notedLines = -1
  #noting: Promise<void> = Promise.resolve()
  #stop = () => {}
  /** The run before this one, where it did not end as it should. */
  lastCrash: LastCrash | undefined

  constructor(log: Pick<Logger, 'warn'>, tail: LogTail, timers: Pick<LifeTimers, 'every'> = lifeTimers) {
    this.#log = log
    this.#tail = tail
    this.#timers = timers
  }

  /** Begins, where the state directory is this process's; a directory that cannot be used is said, and nothing is kept. */
  async begin({ stateDirectory, configuration }: RecordedRun): Promise<void> {
    if (stateDirectory === undefined) return
    try {
      const directory = new CrashDirectory(stateDirectory)
      this.#tellOfLast(directory)
      this.#facts = {
        pid: process.pid,
        version: readVersion(),
        node: process.version,
        since: this.#since,
        boot: bootId(),
        configuration: configurationFacts(configuration),
      }
      this.#directory = directory
      this.#askNode(directory, this.#facts)
      this.#stop = this.#timers.every(NOTE_EVERY_MS, () => void this.#noteNews())
      await this.#note()
    } catch (error) {
      this.#log.warn({ event: 'noCrashReports', err: error }, `no report of a crash can be left: ${whyOf(error)}`)
    }
  }

  /** What was counted stands in a report from now on. */
  count(counted: () => object): void {
    this.#counted = counted
  }

  /** Leaves a report of an error that ends the process, before it returns; answers where, undefined: nowhere. */
  crashed(error: unknown): string | undefined {
    if (this.#directory === undefined || this.#facts === undefined) return undefined
    try {
      const { name, message, stack, cause } = error instanceof Error ? error : new Error(String(error))
      const report = {
        ...this.#facts,
        ended: new Date().toISOString(),
        how: 'a bug of lunkit',
        error: { name, message, stack, cause: cause === undefined ? null : inspect(cause) },
        configurationNow: configurationFacts(this.#facts.configuration?.path),
        statistics: this.#counted?.() ?? null,
        memory: process.memoryUsage(),
        lastLines: this.#tail.lines,
      }
      return this.#directory.write(`${runName(this.#facts)}-bug.json`, report)
    } catch (failure) {
      this.#log.warn(
        { event: 'crashNotReported', err: failure },
        `no report of the crash could be left: ${whyOf(failure)}`,
      )
      return undefined
    }
  }

  /** It has ended as it should. */
  async ended(): Promise<void> {
    this.#stop()
    await this.#noting.catch(() => undefined)
    this.#directory?.forget()
    this.#directory = undefined
  }

  /**
   * Out of memory, and in what else V8 gives up, Node writes a report of its own: where the launcher has said that it is to have no
   * environment, in which secrets may be. `report.excludeEnv` holds for this thread alone. Whoever has told Node where its reports go has them
   * there.
   */
  #askNode({ path }: CrashDirectory, facts: RunFacts): void {
    const { report } = process
    if (!process.execArgv.includes('--report-exclude-env')) return
    if (report.directory !== '' || report.filename !== '') return
    report.directory = path
    report.filename = `${runName(facts)}-node.json`
    report.compact = true
    Object.assign(report, { excludeNetwork: true })
    report.reportOnFatalError = true
  }

  #tellOfLast(directory: CrashDirectory): void {
    directory.prune()
    const text = directory.running()
    const last = text === undefined ? undefined : noted(text)
    if (last === undefined) return
    const names = directory.reports(runName(last))
    const name = names.at(-1) ?? this.#reportOf(directory, last)
    const report = `${directory.path}/${name}`
    this.lastCrash = { since: last.since, report }
    this.#log.warn(
      { event: 'crashedBefore', report, since: last.since, pid: last.pid },
      `the lunkitd that was started at ${last.since} did not end as it should; a report is in ${report}`,
    )
  }

  /** The run that did not come to leave a report itself. */
  #reportOf(directory: CrashDirectory, last: RunFacts & { readonly lastLines: readonly string[] }): string {
    const restarted = last.boot !== bootId()
    const how = restarted
      ? 'the machine was started again while it ran: the power failed, or it was not ended before'
      : 'it said nothing: SIGKILL, out of the memory of the machine or of its limit, or a signal that ends programs (the log of the kernel and systemd say which)'
    const name = `${runName(last)}-silent.json`
    directory.write(name, { ...last, found: new Date().toISOString(), how })
    return name
  }

  async #noteNews(): Promise<void> {
    if (this.#tail.count === this.#notedLines) return
    await this.#note().catch(() => undefined)
  }

  #note(): Promise<void> {
    this.#notedLines = this.#tail.count
    this.#noting = this.#noting
      .catch(() => undefined)
      .then(() => this.#directory?.note({ ...this.#facts, lastLines: this.#tail.lines }))
    return this.#noting
  }
}
