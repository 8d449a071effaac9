import { parseArgs } from 'node:util'

/** How a soak is run. */
export interface SoakOptions {
  readonly minutes: number
  /** The same seed chooses the same operations; when they meet is the machine's affair. */
  readonly seed: number
  /** Operations a second on each host. */
  readonly rate: number
}

const USAGE = 'usage: npm run soak -- [--minutes N] [--seed S] [--rate OPERATIONS-A-SECOND]'

/**
 * Reads the command line.
 * @throws {RangeError} with the usage for what it does not understand
 */
export function soakOptions(argv: readonly string[]): SoakOptions {
  const options = { minutes: { type: 'string' }, seed: { type: 'string' }, rate: { type: 'string' } } as const
  const { values } = parse(() => parseArgs({ args: [...argv], options }))
  const minutes = positive('--minutes', values.minutes ?? '5')
  const seed = positive('--seed', values.seed ?? String(Date.now() % 1e9))
  return { minutes, seed, rate: positive('--rate', values.rate ?? '1500') }
}

function parse<Parsed>(read: () => Parsed): Parsed {
  try {
    return read()
  } catch (error) {
    throw new RangeError(`${(error as Error).message}; ${USAGE}`, { cause: error })
  }
}

function positive(name: string, text: string): number {
  const value = Number(text)
  if (!(value > 0 && Number.isFinite(value)))
    throw new RangeError(`${name} is "${text}", a number above 0 is needed; ${USAGE}`)
  return value
}
