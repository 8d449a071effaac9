import type { FlushFailure } from 'lunkit'
import { ExitCode } from './exit-code.ts'
import type { Host } from './host.ts'
import type { LogValues } from './log/log-fields.ts'
import type { Logger } from './log/logger.ts'
import { type CaughtSignal, INSISTENT, SIGNALS, SignalAction } from './signals/signal-table.ts'

/** How long what is under way may take to end after a signal. */
const DRAIN_DEADLINE_MS = 10_000
/** A terminal, npm, systemd and the launcher may each pass the same request on: within this time it is one. */
const SAME_REQUEST_MS = 500

/** Something that serves until it is drained. */
export interface Served {
  /** Ends it: no new commands, operations end, dirty disks are flushed; resolves with those that could not be. */
  close(): Promise<readonly FlushFailure[]>
  /** While it ends: the disks that are not flushed yet, by plugin and name. */
  readonly unflushedDisks: readonly string[]
  /** Bytes of transfer memory that are in use; once it is closed, any but 0 are a leak. */
  readonly transferMemoryUsedBytes: number
  /** What was counted in all the time. */
  readonly statistics: {
    read(): Readonly<Record<string, number>>
    /** What there is of each kind that is counted: units, nexuses at units. */
    readonly rowsTaken: Readonly<Record<string, number>>
  }
}

/** The part of a log that a drain writes to. */
export type DrainLog = Pick<Logger, 'info' | 'warn' | 'error'>

/**
 * Hears every signal from when it is made on, and ends in order what is served when one asks for that: also what is
 * only being opened then. A second request, or the deadline, ends the process by SIGKILL: whatever a store does not give
 * back then is as after a power failure.
 */
export class Ending {
  readonly #host: Host
  readonly #log: DrainLog
  readonly #asked = new AbortController()
  #isInsistent = false
  #stopDeadline = () => {}
  #served: Served | undefined
  #taken: ((signal: CaughtSignal) => void) | undefined

  constructor(host: Host, log: DrainLog) {
    this.#host = host
    this.#log = log
    host.onSignal(signal => this.#signalled(signal))
  }

  /** Aborted when a signal has asked for the end: what is only being opened need not be. */
  get asked(): AbortSignal {
    return this.#asked.signal
  }

  /** Has `taken` called at each signal that asks for the configuration to be taken anew, until the end. */
  onReload(taken: (signal: CaughtSignal) => void): void {
    this.#taken = taken
  }

  /**
   * Waits for a signal that asks for the end, drains, and says how the process is to end. `drained` is what is left to be done then, in
   * the same time; it is given the disks that could not be flushed.
   */
  async drain(
    served: Served,
    drained: (failures: readonly FlushFailure[]) => Promise<void> = async () => {},
  ): Promise<ExitCode> {
    this.#served = served
    const leave = this.#host.stay()
    await this.#untilAsked()
    leave()
    const failures = await served.close()
    await drained(failures)
    this.#stopDeadline()
    for (const { disk, fault } of failures)
      this.#log.error(
        { event: 'diskNotFlushed', disk, fault },
        `${disk} could not be flushed (${fault}): acknowledged writes may be lost`,
      )
    this.#log.info({ event: 'drained', ...counters(served) }, 'drained')
    return failures.length === 0 ? ExitCode.ok : ExitCode.failed
  }

  #untilAsked(): Promise<void> {
    if (this.asked.aborted) return Promise.resolve()
    return new Promise(resolve => this.asked.addEventListener('abort', () => resolve()))
  }

  #signalled(signal: CaughtSignal): void {
    const action = SIGNALS[signal]
    if (action === SignalAction.end) this.#end(signal)
    else if (action === SignalAction.reload) this.#reload(signal)
    else if (action === SignalAction.count && this.#served)
      this.#log.info({ event: 'counted', signal, ...counters(this.#served) }, `${signal}: counted so far`)
    else this.#log.info({ event: 'signalIgnored', signal }, `${signal}: lunkitd goes on, it means nothing here`)
  }

  /** One that comes before there is anything to reload is served by what is only being read. */
  #reload(signal: CaughtSignal): void {
    if (this.asked.aborted) return
    if (this.#taken) this.#taken(signal)
    else
      this.#log.info(
        { event: 'reloadTooEarly', signal },
        `${signal}: lunkitd goes on, it reads its configuration only now`,
      )
  }

  #end(signal: CaughtSignal): void {
    if (this.asked.aborted) {
      if (!this.#isInsistent || !INSISTENT.has(signal)) return
      this.#log.error({ event: 'endedBySecondSignal', signal }, `${signal} again: ending by SIGKILL`)
      this.#host.kill()
      return
    }
    this.#host.after(SAME_REQUEST_MS, () => {
      this.#isInsistent = true
    })
    this.#log.info({ event: 'draining', signal, deadlineMs: DRAIN_DEADLINE_MS }, `${signal}: draining`)
    this.#stopDeadline = this.#host.after(DRAIN_DEADLINE_MS, () => this.#tooLate())
    this.#asked.abort()
  }

  #tooLate(): void {
    const disks = this.#served?.unflushedDisks ?? []
    this.#log.error(
      { event: 'drainTooLate', deadlineMs: DRAIN_DEADLINE_MS, disks },
      'operations did not end in time: ending by SIGKILL',
    )
    this.#host.kill()
  }
}

function counters({ transferMemoryUsedBytes, statistics }: Served): LogValues {
  const counted = Object.fromEntries(Object.entries(statistics.read()).filter(([, value]) => value !== 0))
  return { transferMemoryUsedBytes, counted, rows: statistics.rowsTaken }
}
