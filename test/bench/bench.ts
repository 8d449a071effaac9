import { tmpdir } from 'node:os'
import { commandLine } from '../harness/command-line.ts'
import { Scratch } from '../harness/scratch.ts'
import { keepAwake } from './awake/awake.ts'
import { daemonCost } from './daemon-cost.ts'
import { verdicts } from './goals.ts'
import { measure } from './measure.ts'
import { type BenchOptions, daemonRow, parseOptions, usage } from './options.ts'
import { compilePrograms } from './programs.ts'
import { describeCommit, describeMachine } from './report/machine.ts'
import { textTable } from './report/table.ts'
import { writeReport } from './report/write-report.ts'
import type { Results, RowResult } from './results.ts'
import { rows } from './rows.ts'

const MIB = 2 ** 20
const sizes = { warmBytes: 256 * MIB, coldBytes: 1024 * MIB } as const
const cost = { starts: 10, idleSeconds: 60 } as const

async function bench(options: BenchOptions, command: string): Promise<void> {
  await using cleanup = new AsyncDisposableStack()
  const scratch = cleanup.adopt(await Scratch.create('bench-programs'), each => each.remove())
  const programs = await compilePrograms(scratch)
  cleanup.use(await keepAwake(programs.awake))
  const commit = await describeCommit()
  const { rounds, duration, out } = options
  const circumstances = { machine: await describeMachine(tmpdir()), commands: [command] }
  // After each row, so that a run that is stopped leaves what it has measured.
  const save = async (measured: Pick<Results, 'rows' | 'daemon'>) => {
    if (out !== undefined) await writeReport(out, { ...circumstances, ...measured })
  }
  const onRow = async (result: RowResult) => {
    console.log(`${textTable([result])}\n`)
    await save({ rows: [result] })
  }
  const signal = stopSignal()
  const measured = await measure(programs, options.rows, { rounds, duration, sizes, commit, onRow, signal })
  const daemon = options.daemon ? await daemonCost(cost) : undefined
  const results = { ...circumstances, rows: measured, ...(daemon && { daemon }) }
  await save(results)
  console.log(`All of it, medians of ${rounds} rounds of ${duration.seconds} s, every block verified:\n`)
  console.log(`${textTable(measured)}\n`)
  for (const { asked, measured: value, met } of verdicts(results))
    console.log(`${met ? 'met' : 'NOT'} ${asked}: ${value}`)
}

/** Aborted when somebody wants the bench to stop: it must not leave servers behind. */
function stopSignal(): AbortSignal {
  const controller = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => controller.abort(new Error(`stopped by ${name}`)))
  }
  return controller.signal
}

/** As a shell takes it. */
function quoted(argument: string): string {
  return /^[\w./:=,-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", "'\\''")}'`
}

function list(): string {
  const lines = rows.map(({ name, title }) => `${name.padEnd(28)} ${title}`)
  return [...lines, `${daemonRow.padEnd(28)} start of lunkitd, and its CPU time and memory when idle`].join('\n')
}

async function main(): Promise<void> {
  const options = commandLine(usage, parseOptions)
  const args = process.argv.slice(2)
  if (options === 'list') console.log(list())
  else await bench(options, ['npm run bench', ...(args.length > 0 ? ['--', ...args.map(quoted)] : [])].join(' '))
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
