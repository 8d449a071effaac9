import type { CountedBlock, CountedRow } from './counts.ts'

/** What a row said of its counters, by cell. */
type Said = ReadonlyMap<number, number>

/** A row of somebody who was told among the others. */
interface OtherRow {
  /** The labels of the row but for the initiator. */
  readonly group: string
  readonly said: Said
}

/** The totals of who has gone. */
const ENDED = '_ended'

/**
 * What initiators have done who were told as the others, and have gone. lunkitd has that among the totals of who has gone: here it is told
 * among the others still, and those totals are told without it, so that neither is ever less than before, and both together are right.
 */
export class CarriedCounts {
  readonly #other: string
  #last: ReadonlyMap<string, OtherRow> = new Map()
  readonly #carried = new Map<string, Map<number, number>>()

  /** `other` is what the others are called. */
  constructor(other: string) {
    this.#other = other
  }

  /** Nobody has gone. */
  forget(): void {
    this.#last = new Map()
    this.#carried.clear()
  }

  /** The rows that are to be added to those of a block; `named` are the same with the others called so. */
  rowsBeside(block: CountedBlock, named: readonly CountedRow[]): readonly CountedRow[] {
    const at = block.labels.indexOf('initiator')
    const groupOf = ({ labels }: CountedRow): string => JSON.stringify(labels.with(at, ''))
    const counters = new Set(block.cells.flatMap(({ kind }, cell) => (kind === 'counter' ? [cell] : [])))
    const now = new Map<string, OtherRow>()
    for (const [index, row] of named.entries())
      if (row.labels[at] === this.#other)
        now.set(JSON.stringify(block.rows[index]?.labels), { group: groupOf(row), said: saidBy(row, counters) })
    for (const [key, { group, said }] of this.#last) if (isLess(now.get(key)?.said, said)) this.#carry(group, said)
    this.#last = now
    // Where nothing keeps the totals any more, they are told elsewhere.
    const kept = new Set(named.filter(({ labels }) => labels[at] === ENDED).map(groupOf))
    for (const group of this.#carried.keys()) if (!kept.has(group)) this.#carried.delete(group)
    return [...this.#carried].flatMap(([group, said]) => {
      const labels = JSON.parse(group) as string[]
      return [rowOf(labels.with(at, this.#other), said, 1), rowOf(labels.with(at, ENDED), said, -1)]
    })
  }

  #carry(group: string, said: Said): void {
    const sums = this.#carried.get(group) ?? new Map<number, number>()
    for (const [cell, value] of said) sums.set(cell, (sums.get(cell) ?? 0) + value)
    this.#carried.set(group, sums)
  }
}

function saidBy({ values }: CountedRow, counters: ReadonlySet<number>): Said {
  const said = new Map<number, number>()
  for (let at = 0; at < values.length; at += 2)
    if (counters.has(values[at] as number)) said.set(values[at] as number, values[at + 1] as number)
  return said
}

/** Whether a row has gone, and another one may have come by its labels. */
const isLess = (now: Said | undefined, before: Said): boolean =>
  now === undefined || [...before].some(([cell, value]) => (now.get(cell) ?? 0) < value)

const rowOf = (labels: string[], said: Said, factor: 1 | -1): CountedRow => {
  return { labels, values: [...said].flatMap(([cell, value]) => [cell, factor * value]), histograms: [] }
}
