import type { Terminal } from './terminal.ts'
import { isYes, MOST_COLUMNS } from './terminal.ts'

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  const { createInterface } = await import('node:readline/promises')
  const asking = createInterface({ input: process.stdin, output: process.stdout })
  const answer = await asking.question(`${question} [y/N] `)
  asking.close()
  return isYes(answer)
}

async function* lines(): AsyncGenerator<string, void> {
  const { createInterface } = await import('node:readline')
  yield* createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
}

/** The terminal of this process. */
export const nodeTerminal: Terminal = {
  out: line => process.stdout.write(`${line}\n`),
  err: line => process.stderr.write(`${line}\n`),
  write: text => process.stdout.write(text),
  get columns() {
    return Math.min(process.stdout.columns ?? MOST_COLUMNS, MOST_COLUMNS)
  },
  get rows() {
    return process.stdout.isTTY ? process.stdout.rows : undefined
  },
  colours: process.stdout.isTTY === true && !process.env.NO_COLOR,
  lines,
  confirm,
}
