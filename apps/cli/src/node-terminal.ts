import { createInterface } from 'node:readline'
import { createInterface as createAsking } from 'node:readline/promises'
import type { Terminal } from './terminal.ts'
import { MOST_COLUMNS } from './terminal.ts'

async function confirm(question: string): Promise<boolean> {
  if (!process.stdin.isTTY) return false
  const asking = createAsking({ input: process.stdin, output: process.stdout })
  const answer = await asking.question(`${question} [y/N] `)
  asking.close()
  return /^y(?:es)?$/i.test(answer.trim())
}

/** The terminal of this process. */
export const nodeTerminal: Terminal = {
  out: line => process.stdout.write(`${line}\n`),
  err: line => process.stderr.write(`${line}\n`),
  write: text => process.stdout.write(text),
  get columns() {
    return Math.min(process.stdout.columns ?? MOST_COLUMNS, MOST_COLUMNS)
  },
  isInteractive: process.stdin.isTTY === true,
  lines: () => createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
  confirm,
}
