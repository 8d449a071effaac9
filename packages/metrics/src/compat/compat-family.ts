import type { ToldMetrics } from '../told-metrics.ts'

/** Where the names of another exporter are told. */
interface CompatPlace {
  /** What the gateway is called: the name of the machine. */
  readonly gateway: string
  /** How long lunkitd took to tell, in seconds. */
  readonly durationSeconds: number
}

/** Labels, and what they say. */
export type CompatSample = readonly [labels: Readonly<Record<string, string | number>>, value: number]

/** A family that another exporter has. */
export interface CompatFamily {
  readonly name: string
  /** Untyped: its name contradicts what it is, and that exporter's own types are comments for Prometheus. */
  readonly type: 'counter' | 'gauge' | 'untyped'
  readonly help: string
  readonly samples: (told: CountedTold, place: CompatPlace) => readonly CompatSample[]
}

/** What one row counts. */
export interface CountedNumbers {
  readonly labels: Readonly<Record<string, string>>
  /** What a metric says, of those values that it tells apart; of none, all of them together. */
  readonly sum: (metric: string, ...of: readonly string[]) => number
  /** The seconds that a histogram has counted. */
  readonly seconds: (metric: string, of: string) => number
}

/** What is told, by row and name. */
export class CountedTold {
  readonly inventory: ToldMetrics['inventory']
  readonly #blocks: ToldMetrics['counters']['blocks']

  /** Of what lunkitd has told. */
  constructor({ inventory, counters }: ToldMetrics) {
    this.inventory = inventory
    this.#blocks = counters.blocks
  }

  /** The rows of a block, but for those of what has gone, or is not there. */
  rows(name: string): readonly CountedNumbers[] {
    const block = this.#blocks.find(each => each.name === name)
    if (block === undefined) return []
    const rows = block.rows.filter(({ labels }) => !labels.some(label => label === '_ended' || label === '_absent'))
    return rows.map(row => numbersOf(block, row))
  }
}

type Block = ToldMetrics['counters']['blocks'][number]
const SECONDS_AT = 2

function numbersOf({ labels, cells }: Block, row: Block['rows'][number]): CountedNumbers {
  const values = new Map<number, number>()
  for (let at = 0; at < row.values.length; at += 2) values.set(row.values[at] as number, row.values[at + 1] as number)
  return {
    labels: Object.fromEntries(labels.map((label, at) => [label, row.labels[at] ?? ''])),
    sum: (metric, ...wanted) => {
      let sum = 0
      for (const [at, cell] of cells.entries())
        if (cell.metric === metric && (wanted.length === 0 || wanted.includes(cell.of))) sum += values.get(at) ?? 0
      return sum
    },
    seconds: (metric, of) => {
      const at = cells.findIndex(cell => cell.metric === metric && cell.of === of)
      return row.histograms.find(([cell]) => cell === at)?.[SECONDS_AT] ?? 0
    },
  }
}

/** The commands that write what an initiator sends. */
export const WRITES = ['write', 'write_same', 'compare_and_write'] as const

/** Samples whose labels are the same are one: what they say is added up. */
export function together(samples: readonly CompatSample[]): readonly CompatSample[] {
  const sums = new Map<string, CompatSample>()
  for (const [labels, value] of samples) {
    const key = JSON.stringify(labels)
    sums.set(key, [labels, (sums.get(key)?.[1] ?? 0) + value])
  }
  return [...sums.values()]
}
