import { Histogram } from '@lunkit/statistics'
import type { Counts } from './tally.ts'

/** A row of a block, as `snapshot()` of any block gives it. */
interface Reading {
  readonly labels: Readonly<Record<string, string>>
  readonly values: object
}

/** A row of a block: what it is about, and what it says. */
export interface CountedRow {
  readonly labels: Readonly<Record<string, string>>
  readonly counts: Counts
}

/** Rows as clients compare them: of a histogram how many samples it has, and `ended`, how many commands have. */
export const countedRows = (rows: readonly Reading[]): CountedRow[] =>
  rows.map(({ labels, values }) => ({ labels, counts: withEnded(flat(values)) }))

function withEnded(counts: Counts): Counts {
  const ended = Object.entries(counts).filter(([name]) => /^(commands\.|abortedCommands$)/.test(name))
  return { ...counts, ended: ended.reduce((sum, [, n]) => sum + n, 0) }
}

function flat(values: object, prefix = ''): Counts {
  const all = Object.entries(values).flatMap(([name, value]): [string, number][] => {
    const path = `${prefix}${name}`
    if (value instanceof Histogram) return [[`${path}.count`, value.count]]
    return typeof value === 'number' ? [[path, value]] : Object.entries(flat(value as object, `${path}.`))
  })
  return Object.fromEntries(all)
}

/** What rows say together. */
export function sumOf(rows: readonly CountedRow[]): Counts {
  const sum: Record<string, number> = {}
  for (const { counts } of rows) for (const [name, n] of Object.entries(counts)) sum[name] = (sum[name] ?? 0) + n
  return sum
}
