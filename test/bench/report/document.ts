import { verdicts } from '../goals.ts'
import type { Results } from '../results.ts'
import { spread } from '../statistics.ts'
import type { DrawnChart } from './charts.ts'
import { readable } from './numbers.ts'
import { markdownTable } from './table.ts'

/** What the report is made of. */
export type DocumentParts = {
  readonly results: Results
  readonly charts: readonly DrawnChart[]
  /** Where the charts lie, as seen from the report. */
  readonly directory: string
  /** What a person has to say about the figures, in Markdown, from the directory of the charts. */
  readonly notes: string | undefined
}

/** The report in Markdown. */
export function markdownReport({ results, charts, directory, notes }: DocumentParts): string {
  return [
    '# Bench',
    'Written by `npm run bench`; what each row is and how its figures come about: [test/bench](../test/bench/README.md). ' +
      'Every block of every run was verified, or there would be no figure. Of several rounds the table has medians; ' +
      '"ratio" is lunkitd’s operations a second divided by the peer’s, "load" how much of a core the load generator used.',
    '## What was asked for',
    goalTable(results),
    ...(notes === undefined ? [] : [fromBeside(notes.trim())]),
    '## Machine',
    machineTable(results),
    '## Figures',
    ...charts.map(({ file, title }) => `![${title}](${directory}/${file}.svg)`),
    markdownTable(results.rows),
    ...daemonPart(results),
    '## How it was called',
    calls(results),
    '',
  ].join('\n\n')
}

/** Notes lie in a directory beside the report: what they link to is one step nearer to it. */
const fromBeside = (notes: string): string => notes.replaceAll('](../', '](')

function goalTable(results: Results): string {
  const lines = verdicts(results).map(
    ({ asked, measured, met }) => `| ${asked} | ${measured} | ${met ? 'yes' : '**no**'} |`,
  )
  return ['| Asked for | Measured | Met |', '|---|---:|---|', ...lines].join('\n')
}

function machineTable({ machine }: Results): string {
  const lines = [
    ['Processor', `${machine.processor}, ${machine.cores} cores`],
    ['Memory', `${machine.memoryGib} GiB`],
    ['Linux', machine.kernel],
    ['Node', machine.node],
    ['tgt', machine.tgt],
    ['C compiler', machine.compiler],
    ['File system of the stores', machine.directory],
  ]
  return ['| | |', '|---|---|', ...lines.map(cells => `| ${cells.join(' | ')} |`)].join('\n')
}

function daemonPart({ daemon }: Results): string[] {
  if (daemon === undefined) return []
  const start = spread(daemon.startMs)
  const { seconds, cpuMs, residentBytes } = daemon.idle
  return [
    '## Start and idle',
    `From the start of the process to the Login Response: median ${readable(start.median)} ms of ${daemon.startMs.length} ` +
      `(${readable(start.low)} to ${readable(start.high)}). Idle for ${seconds} s with an untouched disk of 1 GiB: ${cpuMs} ms of ` +
      `CPU, ${readable(residentBytes / 1e6)} MB resident.`,
  ]
}

function calls({ commands, rows }: Results): string {
  const commits = [...new Set(rows.map(row => row.commit))]
  const days = [...new Set(rows.map(row => row.measuredAt.slice(0, 10)))]
  return [
    '```sh',
    ...commands,
    '```',
    '',
    `Commits: ${commits.join(', ')}. Measured on ${days.join(', ')}. Each row's commit, time and samples are in the figures' results.generated.json.`,
  ].join('\n')
}
