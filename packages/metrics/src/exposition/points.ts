import type { CountedFamily, Source, Term } from '../families/counted-family.ts'
import type { CountedBlock } from './counts.ts'
import { joined, labelText, snake } from './label-text.ts'

/** A series of each row: the text of its own labels, and the cells that it is the sum of. */
export interface Point {
  readonly labels: string
  readonly cells: readonly (readonly [cell: number, factor: number])[]
}

type Cells = CountedBlock['cells']

/** The series that a family has of each row of a block; none of what the daemon does not count. */
export const pointsOf = ({ from }: CountedFamily, cells: Cells): readonly Point[] =>
  from.flatMap(source => pointsOfSource(source, cells))

function pointsOfSource(source: Source, cells: Cells): readonly Point[] {
  if ('sum' in source) {
    const { labels, of } = source.sum
    const places = of.map(([metric, value, factor]) => [placeOf(cells, metric, value), factor] as const)
    return places.some(([place]) => place < 0) ? [] : [{ labels: textOf(labels), cells: places }]
  }
  return cells.flatMap(({ metric, of }, at) => {
    if (metric !== source.each) return []
    const by = source.by === undefined ? '' : labelText(source.by, snake(of))
    return [{ labels: joined(by, textOf(source.with ?? {})), cells: [[at, 1] as const] }]
  })
}

const placeOf = (cells: Cells, metric: string, of: Term[1]): number =>
  cells.findIndex(cell => cell.metric === metric && cell.of === of)

const textOf = (labels: Readonly<Record<string, string>>): string =>
  joined(...Object.entries(labels).map(([name, value]) => labelText(name, value)))
