import type { FlushFailure } from 'lunkit'
import { ExitCode } from './exit-code.ts'
import type { Host } from './host.ts'

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
  readonly statistics: { read(): Readonly<Record<string, number>> }
}

/** The part of a log that a drain writes to. */
export interface DrainLog {
  info(facts: object, text: string): void
  error(facts: object, text: string): void
}

/**
 * Waits for SIGTERM or SIGINT, drains, and says how the process is to end. A second request, or the deadline, ends the
 * process by SIGKILL: whatever a store does not give back then is as after a power failure.
 */
export async function drainAtSignal(served: Served, host: Host, log: DrainLog): Promise<ExitCode> {
  await firstSignal(host, log)
  const stopDeadline = host.after(DRAIN_DEADLINE_MS, () => {
    const disks = served.unflushedDisks
    log.error({ deadlineMs: DRAIN_DEADLINE_MS, disks }, 'operations did not end in time: ending by SIGKILL')
    host.kill()
  })
  const failures = await served.close()
  stopDeadline()
  for (const { disk, fault } of failures)
    log.error({ disk, fault }, `${disk} could not be flushed (${fault}): acknowledged writes may be lost`)
  const { transferMemoryUsedBytes, statistics } = served
  const counted = Object.fromEntries(Object.entries(statistics.read()).filter(([, value]) => value !== 0))
  log.info({ transferMemoryUsedBytes, counted }, 'drained')
  return failures.length === 0 ? ExitCode.ok : ExitCode.failed
}

function firstSignal(host: Host, log: DrainLog): Promise<void> {
  return new Promise(resolve => {
    let heardOne = false
    let isInsistent = false
    host.onSignal(signal => {
      if (heardOne) {
        if (!isInsistent) return
        log.error({ signal }, `${signal} again: ending by SIGKILL`)
        host.kill()
        return
      }
      heardOne = true
      host.after(SAME_REQUEST_MS, () => {
        isInsistent = true
      })
      log.info({ signal, deadlineMs: DRAIN_DEADLINE_MS }, `${signal}: draining`)
      resolve()
    })
  })
}
