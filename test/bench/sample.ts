import type { LoadReport } from './load-run.ts'
import { type Spread, spread } from './statistics.ts'

/** The figures of one run. */
export type Sample = {
  readonly operationsPerSecond: number
  readonly bytesPerSecond: number
  readonly p50Us: number
  readonly p99Us: number
  readonly p999Us: number
  /** CPU time of the server an operation. */
  readonly userUs: number
  readonly systemUs: number
  readonly cpuUs: number
  /** How busy the load generator was, 1 being a whole core: near 1, it is what was measured. */
  readonly loadShare: number
}

/** A figure of a sample. */
export type Figure = keyof Sample

/**
 * The figures of a run.
 *
 * @throws RangeError when nothing was counted
 */
export function sampleOf(report: LoadReport): Sample {
  const operations = report.reads + report.writes
  if (operations === 0 || !(report.seconds > 0)) throw new RangeError('the load counted no operation')
  const operationsPerSecond = operations / report.seconds
  const { latencyNs, server, load } = report
  return {
    operationsPerSecond,
    bytesPerSecond: operationsPerSecond * report.bytesEach,
    p50Us: latencyNs.p50 / 1e3,
    p99Us: latencyNs.p99 / 1e3,
    p999Us: latencyNs.p999 / 1e3,
    userUs: server.userNs / operations / 1e3,
    systemUs: server.systemNs / operations / 1e3,
    cpuUs: (server.userNs + server.systemNs) / operations / 1e3,
    loadShare: (load.userNs + load.systemNs) / 1e9 / report.seconds,
  }
}

/** One figure over all rounds. */
export function figureOf(samples: readonly Sample[], figure: Figure): Spread {
  return spread(samples.map(sample => sample[figure]))
}
