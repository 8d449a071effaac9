import { describeOutcome, run } from '../harness/outcome.ts'
import type { TargetAddress } from '../harness/target-address.ts'

/** What iscsi-load does to the LUN. */
export type LoadMode = 'read' | 'write' | 'seqread' | 'seqwrite'

/** One run of iscsi-load. */
export type Load = {
  readonly mode: LoadMode
  readonly bytes: number
  readonly depth: number
  readonly sessions: number
  readonly seconds: number
  /** With a seed, written data is made from it and from the LBA, and read data compared with it. */
  readonly seed?: number
}

/** What iscsi-load reports, or longest-load, which is the same with a line more; latencies in microseconds. */
export type LoadReport = {
  readonly iops: number
  readonly MBps: number
  readonly p50us: number
  readonly p99us: number
  readonly p999us: number
  /** The longest that one took: of longest-load alone. */
  readonly maxus?: number
  readonly errors: number
  readonly corrupt: number
}

/** iscsi-load gives up on a stalled target after 15 s. */
const graceMs = 30_000

/**
 * Runs iscsi-load or longest-load against a LUN.
 *
 * @throws Error with its output when it fails or reports an error or a wrong byte
 */
export async function runLoad(program: string, target: TargetAddress, load: Load): Promise<LoadReport> {
  const { host, port, iqn, lun } = target
  const { mode, bytes, depth, seconds, sessions } = load
  const check = load.seed === undefined ? [] : [`check=${load.seed}`]
  const args = [host, port, iqn, lun, mode, bytes, depth, seconds, sessions, ...check].map(String)
  const outcome = await run(program, args, { timeoutMs: seconds * 1000 + graceMs })
  if (outcome.code !== 0) throw new Error(describeOutcome(outcome))
  const lines = outcome.stdout.trimEnd().split('\n')
  return Object.assign({}, ...lines.map(line => JSON.parse(line) as object)) as LoadReport
}
