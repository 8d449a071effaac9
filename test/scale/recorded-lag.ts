import { existsSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { until } from '../faults/rig.ts'
import type { Daemon, DaemonOptions } from '../harness/daemon.ts'
import { succeed } from '../harness/outcome.ts'
import type { Scratch } from '../harness/scratch.ts'
import { findTool } from '../harness/tool.ts'

const lagPath = (scratch: Scratch): string => scratch.path('lag.json')

/** How a lunkitd is started that records how late its timers are: see lag-recorder.ts. */
export const lagOptions = (scratch: Scratch): DaemonOptions => ({
  environment: { LUNKIT_LAG: lagPath(scratch) },
  nodeArguments: ['--import', fileURLToPath(new URL('lag-recorder.ts', import.meta.url))],
})

/** How late the timers were since it was asked last, one by one, in milliseconds. */
export async function recordedLag(daemon: Daemon, scratch: Scratch): Promise<readonly number[]> {
  const path = lagPath(scratch)
  rmSync(path, { force: true })
  daemon.signal('SIGWINCH')
  await until('lunkitd writes how late it was', () => existsSync(path))
  return JSON.parse(readFileSync(path, 'utf8')) as readonly number[]
}

/** What so much of all values do not exceed. */
export const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(part * values.length)) - 1] ?? 0

/**
 * While something is done, the protocol thread goes before everything else that the machine has to do, so that its lag is of its own making.
 * Its other threads wait for a processor like others.
 */
export async function undisturbed<T>(daemon: Daemon, done: () => Promise<T>): Promise<T> {
  await schedule(daemon, '--fifo', '1')
  try {
    return await done()
  } finally {
    await schedule(daemon, '--other', '0')
  }
}

const schedule = (daemon: Daemon, policy: string, priority: string) =>
  succeed(findTool('chrt'), [policy, '--pid', priority, String(daemon.pid)], { timeoutMs: 10_000 })
