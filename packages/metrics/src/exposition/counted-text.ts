import type { CountedFamily, CountedGroup } from '../families/counted-family.ts'
import { type CountedBlock, type Counters, Counts, type Distribution } from './counts.ts'
import { both, labelText } from './label-text.ts'
import { type Point, pointsOf } from './points.ts'

/** The totals of what has gone, which has no gauges. */
const ENDED = '_ended'

/** Rows of a block as they are told: what they say, by the text of their labels. */
type Told = ReadonlyMap<string, Counts>

/** The lines of families that come of what lunkitd counts, by the name of the family. */
export function countedSamples(
  groups: readonly CountedGroup[],
  { blocks, bounds }: Counters,
): ReadonlyMap<string, string> {
  const les = [...bounds.map(String), '+Inf'].map(le => labelText('le', le))
  const samples = new Map<string, string>()
  for (const group of groups) {
    const block = blocks.find(({ name }) => name === group.block)
    const told = block === undefined ? new Map() : toldRows(group, block)
    for (const family of group.families)
      samples.set(family.name, samplesOf(family, { told, points: pointsOf(family, block?.cells ?? []), les }))
  }
  return samples
}

function toldRows({ labels }: CountedGroup, block: CountedBlock): Told {
  const places = Object.entries(labels).map(([label, told]) => [block.labels.indexOf(label), told] as const)
  const rows = new Map<string, Counts>()
  for (const row of block.rows) {
    const key = places.map(([at, told]) => labelText(told, row.labels[at] ?? '')).join(',')
    const counts = rows.get(key) ?? new Counts(block.cells.length)
    counts.add(row)
    rows.set(key, counts)
  }
  return rows
}

/** What the samples of a family are made of. */
interface Parts {
  readonly told: Told
  readonly points: readonly Point[]
  /** The bounds of buckets, as labels. */
  readonly les: readonly string[]
}

/** One text that grows: with a hundred thousand lines that takes half as long as a list of them. */
function samplesOf(family: CountedFamily, { told, points, les }: Parts): string {
  let samples = ''
  for (const [base, counts] of told) {
    if (family.type === 'gauge' && base.includes(`"${ENDED}"`)) continue
    for (const { labels, cells } of points) {
      const all = both(base, labels)
      samples +=
        family.type === 'histogram'
          ? histogramText({ name: family.name, labels: all, les }, counts.distributions.get(cells[0]?.[0] ?? -1))
          : numberText(family, all, sumOf(counts.values, cells))
    }
  }
  return samples
}

function sumOf(values: Float64Array, cells: Point['cells']): number {
  let sum = 0
  for (const [cell, factor] of cells) sum += factor * (values[cell] as number)
  return sum
}

function numberText({ name, sparse }: CountedFamily, labels: string, value: number): string {
  if (value === 0 && sparse) return ''
  return labels === '' ? `${name} ${value}\n` : `${name}{${labels}} ${value}\n`
}

/** Whose histogram it is. */
interface Whose {
  readonly name: string
  readonly labels: string
  readonly les: readonly string[]
}

function histogramText({ name, labels, les }: Whose, distribution: Distribution | undefined): string {
  if (distribution === undefined) return ''
  const { count, sumSeconds, cumulative } = distribution
  const begin = labels === '' ? `${name}_bucket{` : `${name}_bucket{${labels},`
  let text = ''
  for (let at = 0; at < les.length; at++) text += `${begin}${les[at]}} ${cumulative[at] ?? count}\n`
  const all = labels === '' ? '' : `{${labels}}`
  return `${text}${name}_sum${all} ${sumSeconds}\n${name}_count${all} ${count}\n`
}
