import type { Results, RowResult } from '../results.ts'
import { ContenderName } from '../rows.ts'
import { type Figure, figureOf } from '../sample.ts'
import { type Bar, type Chart, svgChart } from './chart.ts'
import { readable, readableRate } from './numbers.ts'

type ChartPlan = {
  readonly file: string
  readonly title: string
  readonly rows: RegExp
  readonly figure: Figure
  readonly text: (value: number) => string
}

const perSecond = (value: number) => `${readable(value)}/s`
const microseconds = (value: number) => `${readable(value)} µs`

/** Rows whose figures fit one scale. */
const plans: readonly ChartPlan[] = [
  {
    file: 'cached-4k-operations',
    title: 'Cached file, 4 KiB random: operations a second',
    rows: /^cached\/4k\//,
    figure: 'operationsPerSecond',
    text: perSecond,
  },
  {
    file: 'cached-4k-p99',
    title: 'Cached file, 4 KiB random: p99 latency',
    rows: /^cached\/4k\/.*\/d(1|8|32)$/,
    figure: 'p99Us',
    text: microseconds,
  },
  {
    file: 'cached-4k-cpu',
    title: 'Cached file, 4 KiB random: CPU time of the server an operation',
    rows: /^cached\/4k\//,
    figure: 'cpuUs',
    text: microseconds,
  },
  {
    file: 'cached-large-rate',
    title: 'Cached file, larger transfers: bytes a second',
    rows: /^cached\/(64k|128k|1m)\//,
    figure: 'bytesPerSecond',
    text: readableRate,
  },
  {
    file: 'sessions-operations',
    title: 'Many sessions, 4 KiB random, depth 32 each: operations a second in sum',
    rows: /^sessions\//,
    figure: 'operationsPerSecond',
    text: perSecond,
  },
  {
    file: 'digests-rate',
    title: 'Header and data digests on: bytes a second',
    rows: /^digests\//,
    figure: 'bytesPerSecond',
    text: readableRate,
  },
  {
    file: 'disk-rate',
    title: 'Write-through, and files that are not cached: bytes a second',
    rows: /^(through|cold)\//,
    figure: 'bytesPerSecond',
    text: readableRate,
  },
  {
    file: 'memory-rate',
    title: 'Memory and nothing: bytes a second',
    rows: /^(ramdisk|nullio)\//,
    figure: 'bytesPerSecond',
    text: readableRate,
  },
  {
    file: 'polling-p50',
    title: 'Polling, 4 KiB random, depth 1: p50 latency',
    rows: /^polling\//,
    figure: 'p50Us',
    text: microseconds,
  },
]

/** A chart's file name without its ending, its title, and its SVG. */
export type DrawnChart = { readonly file: string; readonly title: string; readonly svg: string }

/** The charts that these results have rows for. */
export function drawCharts(results: Results): DrawnChart[] {
  return plans.flatMap(plan => {
    const rows = results.rows.filter(row => plan.rows.test(row.name))
    return rows.length === 0 ? [] : [{ file: plan.file, title: plan.title, svg: svgChart(chartOf(plan, rows)) }]
  })
}

function chartOf(plan: ChartPlan, rows: readonly RowResult[]): Chart {
  return { title: plan.title, groups: rows.map(row => ({ label: row.name, bars: barsOf(plan, row) })) }
}

function barsOf({ figure, text }: ChartPlan, row: RowResult): Bar[] {
  return Object.values(ContenderName).flatMap(name => {
    const samples = row.samples[name]
    if (samples === undefined) return []
    const { median, low, high } = figureOf(samples, figure)
    return [{ name, value: median, low, high, text: text(median) }]
  })
}
