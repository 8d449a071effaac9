import type { CountedFamily, CountedGroup } from '../families/counted-family.ts'
import { type CountedBlock, type Counters, Counts, type Distribution } from './counts.ts'
import { type Format, headOf } from './format.ts'
import { both, labelText } from './label-text.ts'
import { type Point, pointsOf } from './points.ts'
import type { TextBytes } from './text-bytes.ts'

/** The totals of what has gone, which has no gauges. */
const ENDED = '_ended'

/** Rows of a block as they are told: what they say, by the text of their labels. */
type Told = ReadonlyMap<string, Counts>

/** What is written, and how. */
export interface Writing {
  readonly format: Format
  readonly out: TextBytes
}

/** Writes the families that come of what lunkitd counts. */
export function writeCounted(groups: readonly CountedGroup[], { blocks, bounds }: Counters, writing: Writing): void {
  const les = [...bounds.map(String), '+Inf'].map(le => `${labelText('le', le)}} `)
  for (const group of groups) {
    const block = blocks.find(({ name }) => name === group.block)
    const told = block === undefined ? new Map() : toldRows(group, block)
    for (const family of group.families) {
      writing.out.write(headOf(family, writing.format))
      writeSamples(family, { told, points: pointsOf(family, block?.cells ?? []), les }, writing.out)
    }
  }
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
  /** The bounds of buckets as labels, and what stands between labels and a number. */
  readonly les: readonly string[]
}

/** A hundred thousand lines as one text would outlive what V8 collects cheaply: those of each row are written before the next are made. */
function writeSamples(family: CountedFamily, parts: Parts, out: TextBytes): void {
  const text = family.type === 'histogram' ? histogramsOf(family, parts) : numbersOf(family, parts)
  for (const [base, counts] of parts.told)
    if (family.type !== 'gauge' || !base.includes(`"${ENDED}"`)) out.write(text(base, counts))
}

/** The samples that a family has of a row whose labels are these. */
type TextOf = (base: string, counts: Counts) => string

function numbersOf({ name, sparse }: CountedFamily, { told, points }: Parts): TextOf {
  const series = points.map(({ labels, cells }) => ({ cells, ...around(name, labels, told.has('')) }))
  return (base, { values }) => {
    let text = ''
    for (const { begin, end, cells } of series) {
      const value = sumOf(values, cells)
      // Adding is half as dear as a template here.
      if (value !== 0 || !sparse) text += begin + base + end + value + '\n'
    }
    return text
  }
}

/** What stands before and after the labels of a row; all rows have some, or none has. */
function around(name: string, labels: string, isBare: boolean): { readonly begin: string; readonly end: string } {
  if (isBare) return labels === '' ? { begin: name, end: ' ' } : { begin: `${name}{${labels}`, end: '} ' }
  return { begin: `${name}{`, end: labels === '' ? '} ' : `,${labels}} ` }
}

function sumOf(values: Float64Array, cells: Point['cells']): number {
  let sum = 0
  for (const [cell, factor] of cells) sum += factor * (values[cell] as number)
  return sum
}

const histogramsOf =
  ({ name }: CountedFamily, { points, les }: Parts): TextOf =>
  (base, { distributions }) =>
    points
      .map(({ labels, cells: [[cell] = [-1]] }) =>
        histogramText({ name, labels: both(base, labels), les }, distributions.get(cell)),
      )
      .join('')

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
  for (let at = 0; at < les.length; at++) text += begin + les[at] + (cumulative[at] ?? count) + '\n'
  const all = labels === '' ? '' : `{${labels}}`
  return `${text}${name}_sum${all} ${sumSeconds}\n${name}_count${all} ${count}\n`
}
