import { succeed } from '../../harness/outcome.ts'
import { findTool } from '../../harness/tool.ts'
import type { Duration, Findings, Load, LoadReport } from '../load-run.ts'
import { ContenderName } from '../rows.ts'
import type { BenchStore } from './bench-store.ts'
import type { Contender } from './contender.ts'

const startMs = 30_000

/** What this suite reads of a direction of fio's JSON. */
type Direction = {
  readonly total_ios: number
  readonly clat_ns: {
    readonly mean: number
    readonly max: number
    readonly percentile?: Readonly<Record<string, number>>
  }
}

type Job = {
  readonly read: Direction
  readonly write: Direction
  readonly error: number
  /** Milliseconds. */
  readonly job_runtime: number
  /** Percent of that. */
  readonly usr_cpu: number
  readonly sys_cpu: number
}

/** fio on the store itself, past the page cache; what it writes is read by nobody. */
export function fioOn(store: BenchStore): Contender {
  const { path, sizeBytes } = store
  if (path === undefined) throw new Error('fio reads and writes files and devices')
  const runAlone = async (load: Load, duration: Duration) => {
    const words = fioArguments({ path, sizeBytes }, load, duration)
    const timeoutMs = (duration.warmSeconds + duration.seconds) * 1000 + startMs
    const { stdout } = await succeed(findTool('fio'), words, { timeoutMs })
    const [job] = (JSON.parse(stdout) as { readonly jobs: readonly Job[] }).jobs
    if (job === undefined) throw new Error(`fio reports no job: ${stdout}`)
    return reportOf(job, load)
  }
  return { name: ContenderName.fio, store, reach: [], pid: 0, runAlone, stop: () => Promise.resolve() }
}

type Place = { readonly path: string; readonly sizeBytes: number }

function fioArguments({ path, sizeBytes }: Place, load: Load, { warmSeconds, seconds }: Duration): string[] {
  const mode = load.readPercent === 100 ? 'read' : 'write'
  return [
    ...['--name=store', `--filename=${path}`, `--size=${sizeBytes}`, '--allow_file_create=0'],
    ...['--ioengine=libaio', '--direct=1', `--iodepth=${load.depth}`, `--bs=${load.bytes}`],
    ...[`--rw=${load.order === 'sequential' ? '' : 'rand'}${mode}`, '--norandommap', '--time_based'],
    ...[`--runtime=${seconds}s`, `--ramp_time=${warmSeconds}s`, '--output-format=json'],
  ]
}

const nothingFound: Findings = { blocks: 0, unknown: 0, stale: 0, torn: 0, misplaced: 0, corrupt: 0, first: [] }

const agreed: LoadReport['agreed'] = {
  ...{ maxSendBytes: 0, firstBurstBytes: 0, maxBurstBytes: 0, maxOutstandingR2t: 0 },
  ...{ immediateData: false, initialR2t: false, headerDigest: false, dataDigest: false },
}

/** As bench-load reports; the server's CPU time is fio's own, and there is no load beside it. */
function reportOf(job: Job, { bytes, readPercent }: Load): LoadReport {
  const { clat_ns: latency } = readPercent === 100 ? job.read : job.write
  const percentile = (of: string) => latency.percentile?.[of] ?? latency.mean
  const cpuNs = (percent: number) => percent * job.job_runtime * 1e4
  return {
    seconds: job.job_runtime / 1000,
    reads: job.read.total_ios,
    writes: job.write.total_ios,
    bytesEach: bytes,
    errors: job.error === 0 ? 0 : 1,
    latencyNs: {
      ...{ mean: latency.mean, max: latency.max, p50: percentile('50.000000') },
      ...{ p99: percentile('99.000000'), p999: percentile('99.900000') },
    },
    server: { userNs: cpuNs(job.usr_cpu), systemNs: cpuNs(job.sys_cpu) },
    load: { userNs: 0, systemNs: 0 },
    agreed,
    ...{ during: nothingFound, wire: nothingFound, file: nothingFound },
  }
}
