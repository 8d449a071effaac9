import { describeOutcome, type Outcome, run } from '../harness/outcome.ts'
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

/** What whole-load reports. */
export type WholeLoadReport = LoadReport & {
  /** Commands that its sessions have sent, those by which they begin too. */
  readonly sent: number
  /** Reads or writes of them that were answered. */
  readonly answered: number
}

/** What timed-load of test/prometheus reports. */
export type TimedLoadReport = LoadReport & {
  /** How many reads or writes had been answered at a time in milliseconds since 1970, in this order. */
  readonly answered: readonly (readonly [ms: number, operations: number])[]
}

/** iscsi-load gives up on a stalled target after 15 s. */
const graceMs = 30_000
/** How it ends when something has failed that it goes on after. */
const errorsCode = 1
/** What whole-load takes for its warm-up, without waiting for it. */
const wholeWarmUpSeconds = 1

/**
 * Runs iscsi-load or longest-load against a LUN.
 *
 * @throws Error with its output when it fails or reports an error or a wrong byte
 */
export async function runLoad(program: string, target: TargetAddress, load: Load): Promise<LoadReport> {
  const outcome = await runProgram(program, target, load)
  if (outcome.code !== 0) throw new Error(describeOutcome(outcome))
  return reportOf<LoadReport>(outcome)
}

/**
 * Runs timed-load against a LUN.
 *
 * @throws Error with its output when it fails or reports an error
 */
export async function runTimedLoad(program: string, target: TargetAddress, load: Load): Promise<TimedLoadReport> {
  const outcome = await runProgram(program, target, load)
  if (outcome.code !== 0) throw new Error(describeOutcome(outcome))
  return reportOf<TimedLoadReport>(outcome)
}

/**
 * Runs whole-load against a LUN; what it was answered with is the caller's affair.
 *
 * @throws Error with its output when it could not go on
 */
export async function runWholeLoad(program: string, target: TargetAddress, load: Load): Promise<WholeLoadReport> {
  const outcome = await runProgram(program, target, { ...load, seconds: load.seconds + wholeWarmUpSeconds })
  if (outcome.code !== 0 && outcome.code !== errorsCode) throw new Error(describeOutcome(outcome))
  return reportOf<WholeLoadReport>(outcome)
}

function runProgram(program: string, target: TargetAddress, load: Load): Promise<Outcome> {
  const { host, port, iqn, lun } = target
  const { mode, bytes, depth, seconds, sessions } = load
  const check = load.seed === undefined ? [] : [`check=${load.seed}`]
  const args = [host, port, iqn, lun, mode, bytes, depth, seconds, sessions, ...check].map(String)
  return run(program, args, { timeoutMs: seconds * 1000 + graceMs })
}

function reportOf<Report extends LoadReport>({ stdout }: Outcome): Report {
  const lines = stdout.trimEnd().split('\n')
  return Object.assign({}, ...lines.map(line => JSON.parse(line) as object)) as Report
}
