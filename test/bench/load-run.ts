import { describeOutcome, run } from '../harness/outcome.ts'

/** What a load does to a store. */
export type Load = {
  readonly bytes: number
  readonly depth: number
  readonly sessions: number
  /** 100: reads alone; 0: writes alone. */
  readonly readPercent: number
  readonly order: 'random' | 'sequential' | 'once'
  /** It ends when every unit of `bytes` had its turn. */
  readonly onePass?: boolean
  readonly digests?: boolean
}

/** How long a load runs: what it does in the first `warmSeconds` does not count. */
export type Duration = {
  readonly warmSeconds: number
  readonly seconds: number
  /** It ends after so many operations, if that is earlier. */
  readonly operations?: number
}

/** What a check has found; the kinds of mismatch are those of `load/check.h`. */
export type Findings = {
  readonly blocks: number
  readonly unknown: number
  readonly stale: number
  readonly torn: number
  readonly misplaced: number
  readonly corrupt: number
  readonly first: readonly {
    readonly kind: string
    readonly lba: number
    readonly expected: number
    readonly found: number
  }[]
}

type CpuTime = { readonly userNs: number; readonly systemNs: number }

/** What bench-load reports. */
export type LoadReport = {
  readonly seconds: number
  readonly reads: number
  readonly writes: number
  readonly bytesEach: number
  /** Commands that ended with anything but GOOD. */
  readonly errors: number
  readonly latencyNs: {
    readonly mean: number
    readonly p50: number
    readonly p99: number
    readonly p999: number
    readonly max: number
  }
  /** CPU time of the server's processes while operations were counted. */
  readonly server: CpuTime
  /** The same of bench-load itself. */
  readonly load: CpuTime
  readonly agreed: {
    readonly maxSendBytes: number
    readonly firstBurstBytes: number
    readonly maxBurstBytes: number
    readonly maxOutstandingR2t: number
    readonly immediateData: boolean
    readonly initialR2t: boolean
    readonly headerDigest: boolean
    readonly dataDigest: boolean
  }
  /** What the reads of the load itself have found. */
  readonly during: Findings
  /** What a pass over the whole store has found at the end, through the wire. */
  readonly wire: Findings
  /** What was found in the backing file. */
  readonly file: Findings
}

/** bench-load gives up on a silent target after 20 s; the passes over the store come on top. */
const graceMs = 60_000

/** The options of bench-load for a load. */
export function loadArguments(load: Load, { warmSeconds, seconds, operations }: Duration): string[] {
  return [
    ...['--bytes', load.bytes, '--depth', load.depth, '--sessions', load.sessions, '--reads', load.readPercent].map(
      String,
    ),
    ...['--order', load.order, '--warm', String(warmSeconds), '--seconds', String(seconds)],
    ...(operations === undefined ? [] : ['--operations', String(operations)]),
    ...(load.onePass ? ['--one-pass'] : []),
    ...(load.digests ? ['--digests'] : []),
  ]
}

/**
 * Runs bench-load and returns what it counted and found, right or wrong.
 *
 * @throws Error with its output when it could not run to its end
 */
export async function runLoad(program: string, args: readonly string[], seconds = 0): Promise<LoadReport> {
  const outcome = await run(program, args, { timeoutMs: seconds * 1000 + graceMs })
  // 1 is a load that found something wrong, which is for the caller to judge.
  if (outcome.code !== 0 && outcome.code !== 1) throw new Error(describeOutcome(outcome))
  return JSON.parse(outcome.stdout) as LoadReport
}

/** What was wrong with a run, or undefined: only then do its figures count. */
export function faultOf(report: LoadReport): string | undefined {
  if (report.errors > 0) return `${report.errors} commands failed`
  for (const [where, findings] of Object.entries({
    'during the load': report.during,
    'through the wire': report.wire,
    'in the file': report.file,
  })) {
    const { unknown, stale, torn, misplaced, corrupt, first } = findings
    if (unknown + stale + torn + misplaced + corrupt > 0) {
      const counts = JSON.stringify({ unknown, stale, torn, misplaced, corrupt })
      return `wrong blocks ${where}: ${counts}; first ${JSON.stringify(first)}`
    }
  }
  return undefined
}
