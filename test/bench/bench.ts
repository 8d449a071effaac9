import { tmpdir } from 'node:os'
import { Scratch } from '../harness/scratch.ts'
import { measure } from './measure.ts'
import { type BenchOptions, parseOptions, usage } from './options.ts'
import { compilePrograms } from './programs.ts'
import { describeCommit, describeMachine } from './report/machine.ts'
import { textTable } from './report/table.ts'
import { writeReport } from './report/write-report.ts'
import { rows } from './rows.ts'

const MIB = 2 ** 20
const sizes = { warmBytes: 256 * MIB, coldBytes: 1024 * MIB } as const

async function bench(options: BenchOptions, command: string): Promise<void> {
  await using cleanup = new AsyncDisposableStack()
  const scratch = cleanup.adopt(await Scratch.create('bench-programs'), each => each.remove())
  const programs = await compilePrograms(scratch)
  const commit = await describeCommit()
  const { rounds, duration } = options
  const onRow = (result: Parameters<typeof textTable>[0][number]) => console.log(`${textTable([result])}\n`)
  const measured = await measure(programs, options.rows, { rounds, duration, sizes, commit, onRow })
  const results = { machine: await describeMachine(tmpdir()), commands: [command], rows: measured }
  console.log(`All of it, medians of ${rounds} rounds of ${duration.seconds} s, every block verified:\n`)
  console.log(textTable(measured))
  if (options.out !== undefined) await writeReport(options.out, results)
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args)
  if (options === 'help') console.log(usage)
  else if (options === 'list') for (const { name, title } of rows) console.log(`${name.padEnd(28)} ${title}`)
  else await bench(options, ['npm run bench --', ...args].join(' '))
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
