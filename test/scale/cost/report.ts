import { readable } from '../../bench/report/numbers.ts'
import { type Cost, costOfOne } from './cost.ts'
import { type Plot, svgPlot } from './plot.ts'
import { type ScaleResults, verdicts } from './results.ts'
import { type Subject, subjects } from './subjects.ts'

/** A plot's file name without its ending, its title, and its SVG. */
export interface DrawnPlot {
  readonly file: string
  readonly title: string
  readonly svg: string
}

const [KIB, MIB] = [1024, 2 ** 20]
const figures: readonly { file: string; title: string; up: string; of: (cost: Cost) => number }[] = [
  { file: 'memory', title: 'Memory of lunkitd', up: 'MiB', of: cost => cost.residentBytes / MIB },
  { file: 'descriptors', title: 'Open descriptors of lunkitd', up: 'descriptors', of: cost => cost.openFiles },
  { file: 'cpu', title: 'CPU time of an idle lunkitd', up: 'ms of CPU a second', of: cost => cost.idleMs },
]

/** Every figure, with a line for each subject. */
export function drawPlots(results: ScaleResults): readonly DrawnPlot[] {
  return figures.map(({ file, title, up, of }) => {
    const lines = results.subjects.map(({ name, costs }) => ({
      name: subjectOf(name).names,
      points: costs.map(cost => [cost.count, of(cost)] as const),
    }))
    const plot: Plot = { title, axes: ['how many of them', up], lines }
    return { file, title, svg: svgPlot(plot) }
  })
}

function subjectOf(name: string): Subject {
  const subject = subjects.find(each => each.name === name)
  if (subject === undefined) throw new Error(`nothing is known of a ${name}`)
  return subject
}

/** The report in Markdown; `notes` are what a person has to say. */
export function scaleReport(results: ScaleResults, plots: readonly DrawnPlot[], notes: string): string {
  return [
    '# Scale',
    'What sessions, LUNs and initiators cost a lunkitd that nobody asks for anything, from one to thousands. Written by `npm run scale`; ' +
      'what follows the tables is from [notes.md](scale/notes.md).',
    verdictTable(results),
    circumstancesLine(results),
    ...results.subjects.flatMap(({ name, costs }) => [
      `## ${heading(name)}`,
      sentence(subjectOf(name)),
      costTable(subjectOf(name), costs),
    ]),
    '## In pictures',
    ...plots.map(({ file, title }) => `![${title}](scale/${file}.svg)`),
    notes.trim().replaceAll('](../', ']('),
    '',
  ].join('\n\n')
}

const heading = (name: string): string => `A${/^[aeiou]/.test(name) ? 'n' : ''} ${name}`
const sentence = ({ meaning }: Subject): string => `${meaning.charAt(0).toUpperCase()}${meaning.slice(1)}.`

function verdictTable(results: ScaleResults): string {
  const rows = verdicts(results).map(({ asked, found, met }) => `| ${asked} | ${found} | ${met ? 'yes' : '**no**'} |`)
  return ['| Asked for | Measured | Met |', '|---|---:|---|', ...rows].join('\n')
}

function circumstancesLine({ circumstances, subjects: measured }: ScaleResults): string {
  const { processor, cores, memoryGib, kernel, node, commit, measuredAt } = circumstances
  const loads = measured.flatMap(({ costs }) => costs.map(({ load }) => load))
  const load = `${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}`
  return (
    `${measuredAt}, commit ${commit}: ${processor}, ${cores} cores, ${memoryGib} GiB, Linux ${kernel}, Node ${node}. The load average was ${load} meanwhile: ` +
    'memory and descriptors do not depend on it, CPU time hardly, how long something took does.'
  )
}

function costTable({ took }: Subject, costs: readonly Cost[]): string {
  return [
    `| How many | Memory, MiB | More than one, KiB each | Most before, MiB | Descriptors | Idle, ms of CPU a second | ${took}, s |`,
    '|---:|---:|---:|---:|---:|---:|---:|',
    ...costs.map(cost => costRow(cost, costs[0] ?? cost)),
  ].join('\n')
}

function costRow(cost: Cost, first: Cost): string {
  const each = cost.count > first.count ? readable(costOfOne(first, cost).bytes / KIB) : ''
  const cells = [
    cost.count.toLocaleString('en-US'),
    readable(cost.residentBytes / MIB),
    each,
    readable(cost.mostBytes / MIB),
    cost.openFiles.toLocaleString('en-US'),
    readable(cost.idleMs),
    readable(cost.tookMs / 1000),
  ]
  return `| ${cells.join(' | ')} |`
}
