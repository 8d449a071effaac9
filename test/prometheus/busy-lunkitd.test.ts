import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { until } from '../faults/rig.ts'
import { compile } from '../harness/compiler.ts'
import { promtool } from '../harness/promtool.ts'
import { Scratch } from '../harness/scratch.ts'
import { QUANTILES } from '../load/counted/comparison.ts'
import { type Load, runTimedLoad, type TimedLoadReport } from '../load/load-run.ts'
import { dashboardQueries } from './dashboard-queries.ts'
import { recordedPercentiles, recordingOptions } from './exact-percentiles.ts'
import { type Pace, SHIPPED_PACE } from './shipped-files.ts'
import { useEverything } from './use-everything.ts'
import { WatchedLunkitd } from './watched-lunkitd.ts'

const IQN = 'iqn.2026-11.io.lunkit.test:busy'
/** The two loads have one name: of one target, the second would end the session of the first. */
const OTHER = 'iqn.2026-11.io.lunkit.test:busy-too'
const MIB = 2 ** 20
/** How long the load is. In a minute or more there are scrapes enough as often as it is shipped. */
const SECONDS = Number(process.env['LUNKIT_PROMETHEUS_SECONDS'] ?? 20)
const PACE: Pace = SECONDS < 60 ? { intervalMs: 1000, timesFaster: 1 } : SHIPPED_PACE
/** What Grafana takes for $__rate_interval: four times what lies between two scrapes. */
const RATE_SECONDS = SECONDS < 60 ? 4 : 20
const TOLERANCE = 0.01
const DURATION = 'lunkit_lun_operation_duration_seconds'

type Counted = Load & { readonly lun: number; readonly name: string; readonly counter: string }
const LOADS: readonly Counted[] = [
  { lun: 0, name: 'fileio/read', mode: 'read', bytes: 4096, depth: 32, sessions: 2, seconds: SECONDS, counter: 'read' },
  {
    lun: 1,
    name: 'fileio/write',
    mode: 'write',
    bytes: 65_536,
    depth: 4,
    sessions: 1,
    seconds: SECONDS,
    counter: 'written',
  },
]

/** How many operations had been answered at a time, between two looks by a straight line. */
function answeredAt({ answered }: TimedLoadReport, ms: number): number {
  const next = answered.findIndex(([at]) => at >= ms)
  const [[fromMs, from] = [0, Number.NaN], [toMs, to] = [1, Number.NaN]] = answered.slice(next - 1, next + 1)
  return from + ((to - from) * (ms - fromMs)) / (toMs - fromMs)
}

const percentOff = (told: number, right: number): string => `${((told / right - 1) * 100).toFixed(3)} %`

describe(`lunkitd under load for ${SECONDS} s`, () => {
  let scratch: Scratch
  let watched: WatchedLunkitd
  let reports: readonly TimedLoadReport[]
  let metrics: string
  const startedMs = Date.now()

  const file = (name: string, lun: number) =>
    ({ plugin: 'fileio', name, lun, sizeBytes: 64 * MIB, path: scratch.path(name), writeBack: true }) as const
  const crowded = { plugin: 'ramdisk', name: 'crowded', lun: 2, sizeBytes: MIB } as const

  beforeAll(
    async () => {
      scratch = await Scratch.create('busy')
      const program = scratch.path('timed-load')
      await compile(fileURLToPath(new URL('timed-load.c', import.meta.url)), program)
      const served = {
        iqn: IQN,
        stores: [file('read', 0), crowded],
        others: [{ iqn: OTHER, stores: [file('write', 1)] }],
        // Nobody answers there, so that there are servers to show, and failures.
        settings: { isns: [{ server: '127.0.0.1:9' }] },
      }
      watched = await WatchedLunkitd.start(served, { scratch, pace: PACE, daemon: recordingOptions(scratch) })
      const { daemon, exporter, prometheus } = watched
      const load = (each: Counted) => runTimedLoad(program, daemon.address(each.lun), each)
      // What V8 has not compiled yet is no matter of the comparison.
      await Promise.all(LOADS.map(each => load({ ...each, seconds: 2 })))
      await until('lunkitd was scraped', async () => (await prometheus.query('lunkit_up == 1')).length === 1)
      const running = Promise.all(LOADS.map(load))
      const besides = useEverything(daemon.address(2), SECONDS)
      await delay((SECONDS / 2) * 1000)
      metrics = await exporter.metrics()
      reports = await running
      await besides
    },
    SECONDS * 1000 + 60_000,
  )

  afterAll(async () => {
    await watched?.endWatching()
    await watched?.daemon.stop()
    await scratch?.remove()
  })

  it.each(LOADS.map((load, at) => ({ ...load, at })))(
    '$name: operations and bytes a second by query are those of iscsi-load, within 1 %',
    async ({ at, name, mode, bytes, counter }) => {
      const report = reports[at] as TimedLoadReport
      const [beginMs, endMs] = [report.answered.at(1)?.[0] ?? 0, report.answered.at(-1)?.[0] ?? 0]
      const operations = `lunkit_lun_operations_total{lun="${name}", op="${mode}"}`
      const scrapes = await watched.prometheus.samples(`${operations}[${endMs - beginMs}ms]`, endMs)
      const [fromMs, toMs] = [scrapes.at(0)?.[0] ?? 0, scrapes.at(-1)?.[0] ?? 0]
      // From the first scrape during the load to the last one, both of them included.
      const rate = (series: string) => watched.prometheus.number(`sum(rate(${series}[${toMs - fromMs + 1}ms]))`, toMs)
      const told = await rate(operations)
      const toldBytes = await rate(`lunkit_lun_${counter}_bytes_total{lun="${name}"}`)
      const right = ((answeredAt(report, toMs) - answeredAt(report, fromMs)) * 1000) / (toMs - fromMs)
      console.log(
        `${name}: in ${(toMs - fromMs) / 1000} s between the first and the last of ${scrapes.length} scrapes ` +
          `${told.toFixed(1)} operations a second by query, ${right.toFixed(1)} by iscsi-load (${percentOff(told, right)}), ` +
          `${toldBytes.toFixed(0)} and ${(right * bytes).toFixed(0)} bytes (${percentOff(toldBytes, right * bytes)}); ` +
          `in all of its time iscsi-load had ${report.iops} a second`,
      )
      expect(Math.abs(told / right - 1)).toBeLessThan(TOLERANCE)
      expect(Math.abs(toldBytes / (right * bytes) - 1)).toBeLessThan(TOLERANCE)
    },
  )

  it('p50, p99 and p99.9 by query are within a bucket of those of the samples that lunkitd counted', async () => {
    const { prometheus, daemon } = watched
    const bounds = (await prometheus.query(`count by (le) (${DURATION}_bucket)`))
      .map(({ metric }) => Number(metric['le']?.replace('Inf', 'Infinity')))
      .sort((one, other) => one - other)
    const bucketOf = (seconds: number): number => bounds.findIndex(bound => seconds <= bound)
    const recorded = await recordedPercentiles(daemon, scratch)
    const shown = (seconds: readonly number[]): string => seconds.map(each => (each * 1e6).toFixed(0)).join(', ')
    for (const { lun, operation, count, exact } of recorded) {
      const of = `lun="${lun}", op="${operation}"`
      const seen = `${DURATION}_count{${of}} == ${count}`
      await until(`${seen} is seen`, async () => (await prometheus.query(seen)).length === 1)
      const told = await Promise.all(
        QUANTILES.map(quantile => prometheus.number(`histogram_quantile(${quantile}, ${DURATION}_bucket{${of}})`)),
      )
      console.log(
        `${count} × ${lun} ${operation}: p50, p99, p99.9 in µs: ${shown(told)} by query, ${shown(exact)} exactly`,
      )
      const far = told.filter((each, at) => Math.abs(bucketOf(each) - bucketOf(exact[at] ?? Number.NaN)) > 1)
      expect({ of, far }).toEqual({ of, far: [] })
    }
    const compared = recorded.map(({ lun, operation }) => `${lun} ${operation}`)
    expect(compared).toEqual(
      expect.arrayContaining(['fileio/read read', 'fileio/write write', 'ramdisk/crowded write']),
    )
  })

  describe.each([...Map.groupBy(dashboardQueries(RATE_SECONDS), ({ dashboard }) => dashboard)])('%s', (_, queries) => {
    it.each(queries)('has data to show at $panel: $expression', async ({ expression, labels }) => {
      const series = await watched.prometheus.over(expression, startedMs, Date.now())
      const withData = series.filter(({ values }) => values.length > 0)
      expect(withData.length).toBeGreaterThan(0)
      expect(withData.filter(({ metric }) => !labels.some(label => label in metric) && labels.length > 0)).toEqual([])
    })
  })

  it('has metrics of which promtool finds nothing wrong', async () => {
    expect(await promtool(['check', 'metrics'], metrics)).toEqual({ code: 0, said: '' })
  })
})
