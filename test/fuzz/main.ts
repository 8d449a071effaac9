import { parseArgs } from 'node:util'
import { Area } from './cases/case.ts'
import { type Found, Fuzzer } from './fuzzer.ts'
import { Growth } from './growth.ts'
import { report } from './report.ts'
import { writeSeed } from './seed-file.ts'
import { Shrinking } from './shrinking.ts'

const USAGE = `npm run fuzz -- --minutes N [--seed S] [--only ${Object.values(Area).join('|')}] [--digests]`
const PROGRESS_MS = 10_000
/** After so many the run ends: more would be the same again. */
const MOST_FINDINGS = 10
const SEEDS = new URL('seeds/', import.meta.url).pathname

interface Run {
  readonly minutes: number
  readonly seed: number
  readonly areas: readonly Area[]
  readonly digests: boolean
}

function wrong(problem: string): never {
  process.stderr.write(`${problem}\n${USAGE}\n`)
  process.exit(2)
}

function options(): Run {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '1' },
      seed: { type: 'string' },
      only: { type: 'string' },
      digests: { type: 'boolean', default: false },
    },
  })
  const minutes = Number(values.minutes)
  if (!(minutes > 0)) wrong(`--minutes ${values.minutes}: how long to run, a number above 0`)
  const seed = values.seed === undefined ? Date.now() % 0x1_0000_0000 : Number(values.seed)
  if (!Number.isInteger(seed) || seed < 0 || seed > 0xffff_ffff) wrong(`--seed ${values.seed}: 0 to 4294967295`)
  const areas = Object.values(Area).filter(area => values.only === undefined || area === values.only)
  if (areas.length === 0) wrong(`--only ${values.only}: there is no such area`)
  return { minutes, seed, areas, digests: values.digests }
}

/** Makes a finding small, writes it down and says so. */
async function keep({ finding, cases }: Found, name: string): Promise<void> {
  process.stdout.write(`\nFOUND ${finding.message}\n`)
  const small = await new Shrinking(finding.kind).shrink(cases)
  if (!small) process.stdout.write('it did not come again by itself; all cases of its world are kept\n')
  process.stdout.write(`${writeSeed(SEEDS, name, finding, small ?? cases)}\n\n`)
}

async function main(): Promise<number> {
  const run = options()
  const { minutes, seed, areas, digests } = run
  process.stdout.write(`fuzz: ${minutes} minutes, --seed ${seed}, ${areas.join(', ')}${digests ? ', digests' : ''}\n`)
  const fuzzer = new Fuzzer(run)
  const growth = new Growth()
  process.on('uncaughtException', error => fuzzer.threw(error))
  const started = performance.now()
  let progressMs = started
  let findings = 0
  while (performance.now() - started < minutes * 60_000 && findings < MOST_FINDINGS) {
    const found = await fuzzer.next()
    if (found) await keep(found, `${seed}-${++findings}`)
    if (performance.now() - progressMs < PROGRESS_MS) continue
    progressMs = performance.now()
    const { bytes, handles } = growth.check()
    const seconds = Math.round((progressMs - started) / 1000)
    const sizes = `${Math.round(bytes / 1_048_576)} MiB, ${handles} open files`
    process.stdout.write(
      `${seconds} s: ${fuzzer.cases} cases, ${fuzzer.features} features, ${findings} findings, ${sizes}\n`,
    )
  }
  process.stdout.write(report(fuzzer, { seconds: (performance.now() - started) / 1000, findings, seed }))
  return findings === 0 ? 0 : 1
}

process.exitCode = await main()
// What a finding has left stuck is not waited for.
process.exit()
