// Called by .ci/run with the file that it noted its steps in: prints the problems, then the line that closes the run.
import { existsSync, readFileSync } from 'node:fs'
import { parseSteps } from './step.ts'
import { addUp, totalsLine } from './totals.ts'

const [, , stepsPath = ''] = process.argv
const steps = parseSteps(readFileSync(stepsPath, 'utf8'))
const totals = addUp(steps, path => (existsSync(path) ? readFileSync(path, 'utf8') : undefined))
for (const problem of totals.problems) process.stdout.write(`FAILED ${problem}\n`)
process.stdout.write(`${totalsLine(totals)}\n`)
process.exitCode = totals.failed === 0 ? 0 : 1
