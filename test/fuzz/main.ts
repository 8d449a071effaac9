import { commandLine } from '../harness/command-line.ts'
import { type Found, Fuzzer } from './fuzzer.ts'
import { Growth } from './growth.ts'
import { parseOptions, usage } from './options.ts'
import { report } from './report.ts'
import { writeSeed } from './seed-file.ts'
import { Shrinking } from './shrinking.ts'

const PROGRESS_MS = 10_000
/** After so many the run ends: more would be the same again. */
const MOST_FINDINGS = 10
const SEEDS = new URL('seeds/', import.meta.url).pathname

/** Makes a finding small, writes it down and says so. */
async function keep({ finding, cases }: Found, name: string): Promise<void> {
  process.stdout.write(`\nFOUND ${finding.message}\n`)
  const small = await new Shrinking([finding.kind]).shrink(cases)
  if (!small) process.stdout.write('it did not come again by itself; all cases of its world are kept\n')
  process.stdout.write(`${writeSeed(SEEDS, name, finding, small ?? cases)}\n\n`)
}

async function main(): Promise<number> {
  const run = commandLine(usage, parseOptions)
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
