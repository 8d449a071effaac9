import { setTimeout as sleep } from 'node:timers/promises'
import { commandLine } from '../harness/command-line.ts'
import { Scratch } from '../harness/scratch.ts'
import type { Host } from './host.ts'
import { HostRun } from './host-run.ts'
import { LaneHost } from './lane-host.ts'
import { LunkitdHost } from './lunkitd-host.ts'
import { parseOptions, type SoakOptions, usage } from './options.ts'

/** How much load each host has: threads, sessions of each, operations on their way in each session. */
const LOAD = { loads: 2, sessions: 3, depth: 6 } as const
/** How far the run is when a host's process is killed: in the first quarter, so that the rest is one life to look at. */
const KILLS_AT = [0.05, 0.1, 0.15]
/** So many samples in a run, but not more often than that. */
const SAMPLES = 400
const SHORTEST_SAMPLE_MS = 2000
const SUMMARY_MS = 60_000
/** How long edits pause after each, on average. */
const EDIT_PAUSE_MS = 100
const MINUTE_MS = 60_000

const print = (line: string): boolean => process.stdout.write(`${line}\n`)

/** Runs the load, disturbs it, and says once a minute how it goes. */
async function soak(runs: readonly HostRun[], { minutes }: SoakOptions): Promise<void> {
  const wholeMs = minutes * MINUTE_MS
  const startedMs = performance.now()
  const kills = [...KILLS_AT]
  let summaryAtMs = SUMMARY_MS
  for (const run of runs) await run.start()
  for (let elapsedMs = 0; elapsedMs < wholeMs; elapsedMs = performance.now() - startedMs) {
    await sleep(Math.max(SHORTEST_SAMPLE_MS, wholeMs / SAMPLES))
    const progress = (performance.now() - startedMs) / wholeMs
    if (progress >= (kills[0] ?? Number.POSITIVE_INFINITY)) {
      kills.shift()
      for (const run of runs) await run.restart()
    }
    for (const run of runs) await run.sample(progress)
    if (performance.now() - startedMs < summaryAtMs) continue
    summaryAtMs += SUMMARY_MS
    for (const run of runs) {
      await run.ask()
      await run.look()
      print(`${Math.round(progress * minutes)} min: ${run.summary()}`)
      tellFindings(run)
    }
  }
}

function tellFindings(run: HostRun): void {
  for (const finding of run.takeFindings()) print(`FOUND ${finding}`)
}

/** Ends every host and compares all that is there. */
async function finish(runs: readonly HostRun[]): Promise<void> {
  for (const run of runs) {
    await run.finish()
    run.judgeFlatness()
    print(`end: ${run.summary()}`)
    print(`end: ${run.flatness()}`)
  }
}

/** Ends the hosts of a run that went wrong, however they are. */
function abandon(hosts: readonly Host[]): void {
  for (const { pid, name } of hosts) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch (error) {
      print(`${name} has ended before: ${String(error)}`)
    }
  }
}

async function main(): Promise<number> {
  const options = commandLine(usage, parseOptions)
  const { minutes, seed, rate } = options
  print(
    `soak: ${minutes} minutes, seed ${seed}, ${rate} operations a second on each host, with edits of what is served`,
  )
  const scratch = await Scratch.create('soak')
  const second = await Scratch.create('soak')
  const hosts: Host[] = [
    await LunkitdHost.start({ directory: scratch.directory, seed, editPauseMs: EDIT_PAUSE_MS }),
    await LaneHost.start({ directory: second.directory, seed, editPauseMs: EDIT_PAUSE_MS }),
  ]
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      abandon(hosts)
      process.exit(1)
    })
  const runs = hosts.map(host => new HostRun(host, { ...LOAD, rate, seed }))
  try {
    await soak(runs, options)
    await finish(runs)
  } catch (error) {
    runs[0]?.find(String(error))
    abandon(hosts)
  }
  for (const run of runs) tellFindings(run)
  const found = runs.reduce((sum, run) => sum + run.found, 0)
  const sumOf = (count: (run: HostRun) => number): number => runs.reduce((sum, run) => sum + count(run), 0)
  const managed = `${sumOf(run => run.scrapes)} scrapes and ${sumOf(run => run.commands)} commands of lunkit as they should be`
  print(
    found === 0
      ? `soak: PASS, no mismatch, flat, ${managed}`
      : `soak: FAIL, ${found} findings; the files are in ${scratch.directory}`,
  )
  if (found > 0) return 1
  await scratch.remove()
  await second.remove()
  return 0
}

// A host that is stuck must not keep a verdict from being heard.
process.exit(await main())
