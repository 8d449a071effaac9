import { parseArgs } from 'node:util'
import { positive, whole } from '../harness/command-line.ts'
import { Area } from './cases/case.ts'

/** How a fuzzing run is made. */
export interface FuzzRun {
  readonly minutes: number
  /** The same seed makes the same cases. */
  readonly seed: number
  readonly areas: readonly Area[]
  /** Whether every session has both digests. */
  readonly digests: boolean
}

const areaNames = Object.values(Area)
const LAST_SEED = 0xffff_ffff

/** How it is called. */
export const usage = `npm run fuzz -- [--minutes N] [--seed S] [--only ${areaNames.join('|')}] [--digests]`

const options = {
  minutes: { type: 'string', default: '1' },
  seed: { type: 'string' },
  only: { type: 'string' },
  digests: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const

/**
 * Reads the command line.
 * @throws {Error} that says which option is wrong, and what would be right
 */
export function parseOptions(args: readonly string[]): FuzzRun | 'help' {
  const { values } = parseArgs({ args: [...args], options })
  if (values.help) return 'help'
  return {
    minutes: positive('--minutes', values.minutes),
    seed: whole('--seed', values.seed ?? String(Date.now() % (LAST_SEED + 1)), { least: 0, most: LAST_SEED }),
    areas: values.only === undefined ? areaNames : [areaNamed(values.only)],
    digests: values.digests,
  }
}

function areaNamed(name: string): Area {
  const area = areaNames.find(each => each === name)
  if (area) return area
  throw new RangeError(`--only is "${name}"; there are ${areaNames.join(', ')}`)
}
