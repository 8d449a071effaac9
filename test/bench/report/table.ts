import type { RowResult } from '../results.ts'
import { ContenderName } from '../rows.ts'
import { figureOf, type Sample } from '../sample.ts'
import { readable, readableRate } from './numbers.ts'

/** Head of the table that `resultTable` fills. */
const head = [
  'row',
  'server',
  'operations/s',
  'least to most',
  'ratio',
  'rate',
  'p50 µs',
  'p99 µs',
  'p99.9 µs',
  'CPU µs/op',
  'user + system',
  'load',
] as const

const names = Object.values(ContenderName)

/** The cells of a row, a line for everybody who was measured. The ratio is lunkitd's operations a second by theirs. */
function resultLines(result: RowResult): string[][] {
  const ours = result.samples.lunkitd
  return names.flatMap(name => {
    const samples = result.samples[name]
    return samples === undefined ? [] : [[result.name, name, ...cells(samples, ours)]]
  })
}

function cells(samples: readonly Sample[], ours: readonly Sample[] | undefined): string[] {
  const operations = figureOf(samples, 'operationsPerSecond')
  const middle = (figure: keyof Sample) => figureOf(samples, figure).median
  const ratio = ours === undefined || ours === samples ? '' : ratioOf(ours, samples).toFixed(2)
  return [
    readable(operations.median),
    `${readable(operations.low)} to ${readable(operations.high)}`,
    ratio,
    readableRate(middle('bytesPerSecond')),
    ...(['p50Us', 'p99Us', 'p999Us', 'cpuUs'] as const).map(figure => readable(middle(figure))),
    `${readable(middle('userUs'))} + ${readable(middle('systemUs'))}`,
    `${Math.round(middle('loadShare') * 100)} %`,
  ]
}

function ratioOf(ours: readonly Sample[], theirs: readonly Sample[]): number {
  return figureOf(ours, 'operationsPerSecond').median / figureOf(theirs, 'operationsPerSecond').median
}

/** Results for a terminal: columns that are aligned. */
export function textTable(results: readonly RowResult[]): string {
  const lines = [[...head], ...results.flatMap(resultLines)]
  const widths = head.map((_, column) => Math.max(...lines.map(line => (line[column] ?? '').length)))
  const pad = (cell: string, column: number) =>
    column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)
  return lines.map(line => line.map(pad).join('  ').trimEnd()).join('\n')
}

/** Results as a table of Markdown. */
export function markdownTable(results: readonly RowResult[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  const rule = line(head.map((_, column) => (column < 2 ? '---' : '---:')))
  return [line(head), rule, ...results.flatMap(resultLines).map(line)].join('\n')
}
