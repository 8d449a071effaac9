import { parseArgs } from 'node:util'
import { positive } from '../harness/command-line.ts'

/** How a soak is run. */
export interface SoakOptions {
  readonly minutes: number
  /** The same seed chooses the same operations; when they meet is the machine's affair. */
  readonly seed: number
  /** Operations a second on each host. */
  readonly rate: number
}

/** How it is called. */
export const usage = 'npm run soak -- [--minutes N] [--seed S] [--rate OPERATIONS-A-SECOND]'

const options = {
  minutes: { type: 'string', default: '5' },
  seed: { type: 'string' },
  rate: { type: 'string', default: '1500' },
  help: { type: 'boolean', default: false },
} as const

/**
 * Reads the command line.
 * @throws {Error} that says which option is wrong, and what would be right
 */
export function parseOptions(args: readonly string[]): SoakOptions | 'help' {
  const { values } = parseArgs({ args: [...args], options })
  if (values.help) return 'help'
  return {
    minutes: positive('--minutes', values.minutes),
    seed: positive('--seed', values.seed ?? String(1 + (Date.now() % 1e9))),
    rate: positive('--rate', values.rate),
  }
}
