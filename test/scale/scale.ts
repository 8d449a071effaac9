import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { describeCommit, describeMachine } from '../bench/report/machine.ts'
import { commandLine, positive, whole } from '../harness/command-line.ts'
import type { Cost } from './cost/cost.ts'
import { drawPlots, scaleReport } from './cost/report.ts'
import { type Circumstances, type ScaleResults, verdicts } from './cost/results.ts'
import { type Subject, subjects } from './cost/subjects.ts'

/** What the command line asks for. */
type ScaleOptions = {
  readonly counts: readonly number[]
  readonly settleSeconds: number
  readonly idleSeconds: number
  /** Whether docs/scale.md is written. */
  readonly write: boolean
}

const usage = `npm run scale -- [OPTION]...

  --counts N,N,...    how many sessions, LUNs and initiators there are to be, from few to many; 1,10,100,1000,2000,5000
  --settle SECONDS    how long lunkitd is left alone before it is looked at; 120: V8 gives back after a minute or two
                      what it had taken for logins
  --idle SECONDS      how long its CPU time is counted; 10
  --dry               prints what was measured, and writes no docs/scale.md`

const MOST = 16_000
const PAGE = 'docs/scale.md'
const DIRECTORY = 'docs/scale'

function parseOptions(args: readonly string[]): ScaleOptions | 'help' {
  const { values } = parseArgs({
    args: [...args],
    options: {
      counts: { type: 'string', default: '1,10,100,1000,2000,5000' },
      settle: { type: 'string', default: '120' },
      idle: { type: 'string', default: '10' },
      dry: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return 'help'
  return {
    counts: values.counts.split(',').map(text => whole('--counts', text, { least: 1, most: MOST })),
    settleSeconds: positive('--settle', values.settle),
    idleSeconds: positive('--idle', values.idle),
    write: !values.dry,
  }
}

async function measure(
  { costs, name }: Subject,
  { counts, settleSeconds, idleSeconds }: ScaleOptions,
): Promise<Cost[]> {
  const patience = { settleMs: settleSeconds * 1000, idleMs: idleSeconds * 1000 }
  const measured: Cost[] = []
  for await (const cost of costs(counts, patience)) {
    console.log(`${name}: ${JSON.stringify(cost)}`)
    measured.push(cost)
  }
  return measured
}

async function circumstancesNow(): Promise<Circumstances> {
  const { processor, cores, memoryGib, kernel, node } = await describeMachine(tmpdir())
  const measuredAt = new Date().toISOString().slice(0, 10)
  return { processor, cores, memoryGib, kernel, node, commit: await describeCommit(), measuredAt }
}

async function write(results: ScaleResults): Promise<void> {
  await mkdir(DIRECTORY, { recursive: true })
  await writeFile(`${DIRECTORY}/results.generated.json`, `${JSON.stringify(results, undefined, 1)}\n`)
  const plots = drawPlots(results)
  for (const { file, svg } of plots) await writeFile(`${DIRECTORY}/${file}.svg`, svg)
  await writeFile(PAGE, scaleReport(results, plots, await readFile(`${DIRECTORY}/notes.md`, 'utf8')))
}

const options = commandLine(usage, parseOptions)
// Side by side: all of it is waiting, and what is counted is counted by process.
const measured = await Promise.all(
  subjects.map(async subject => ({ name: subject.name, costs: await measure(subject, options) })),
)
const results = { circumstances: await circumstancesNow(), subjects: measured }
if (options.write) await write(results)
for (const { asked, found, met } of verdicts(results)) console.log(`${met ? 'met' : 'NOT'} ${asked}: ${found}`)
if (verdicts(results).some(({ met }) => !met)) process.exitCode = 1
