import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from '@lunkit/initiator'
import { Daemon } from '../harness/daemon.ts'
import { Scratch } from '../harness/scratch.ts'
import { processTree } from './contenders/contender.ts'

/** What lunkitd costs before and between work. */
export type DaemonCost = {
  /** From the start of the process to the last Login Response, each time. */
  readonly startMs: readonly number[]
  readonly idle: {
    readonly seconds: number
    readonly cpuMs: number
    readonly residentBytes: number
  }
}

/** How the cost is measured. */
export type CostPlan = { readonly starts: number; readonly idleSeconds: number }

const iqn = 'iqn.2026-11.io.lunkit.bench:cost'
/** The demo's disk: 1 GiB of memory that nobody has written. */
const disk = { plugin: 'ramdisk', name: 'demo', sizeBytes: 2 ** 30 } as const
const settleMs = 2000
const tickMs = 10

/** Starts lunkitd several times, then lets one sit. */
export async function daemonCost(plan: CostPlan): Promise<DaemonCost> {
  const startMs: number[] = []
  for (let round = 0; round < plan.starts; round += 1) startMs.push(await startOnce())
  return { startMs, idle: await idle(plan.idleSeconds) }
}

async function startOnce(): Promise<number> {
  await using cleanup = new AsyncDisposableStack()
  const scratch = cleanup.adopt(await Scratch.create('cost'), each => each.remove())
  const startedMs = performance.now()
  const daemon = cleanup.adopt(await Daemon.start({ iqn, stores: [disk] }, scratch.directory), each => each.stop())
  const { host, port, iqn: target } = daemon.address(0)
  cleanup.use(await connect({ host, port, target }))
  return performance.now() - startedMs
}

async function idle(seconds: number): Promise<DaemonCost['idle']> {
  await using cleanup = new AsyncDisposableStack()
  const scratch = cleanup.adopt(await Scratch.create('cost'), each => each.remove())
  const daemon = cleanup.adopt(await Daemon.start({ iqn, stores: [disk] }, scratch.directory), each => each.stop())
  await delay(settleMs)
  const pids = processTree(daemon.pid)
  const before = await sum(pids, cpuMs)
  await delay(seconds * 1000)
  return { seconds, cpuMs: (await sum(pids, cpuMs)) - before, residentBytes: await sum(pids, residentBytes) }
}

async function sum(pids: readonly number[], figure: (pid: number) => Promise<number>): Promise<number> {
  const values = await Promise.all(pids.map(figure))
  return values.reduce((total, value) => total + value, 0)
}

/** Fields 14 and 15 of /proc/PID/stat, counted behind the name, which may hold anything. */
async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) * tickMs
}

async function residentBytes(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]
  if (kibibytes === undefined) throw new Error(`/proc/${pid}/status has no VmRSS`)
  return Number(kibibytes) * 1024
}
