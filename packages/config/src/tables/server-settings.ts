import { flag, type Kind, kind, wholeNumber } from '../schema/kind.ts'
import { setting } from './setting.ts'

/** Longer than this nobody waits for an answer to come any faster, and a core is busy all the time. */
const LONGEST_POLL_US = 10_000

/** More threads than this only wait for each other. */
export const MOST_LANES = 64

/** A kernel for more cannot be built. */
const MOST_CPUS = 8192
/** What is no range. */
const NONE = [undefined]
const CPU_RANGE = /^(\d{1,4})(?:-(\d{1,4}))?$/

/** Processors as taskset(1) has them, each once, in order. */
const processors: Kind<readonly number[] | undefined> = kind(
  `numbers of processors, such as 2,4-7, below ${MOST_CPUS}`,
  value => {
    const ranges = typeof value === 'string' || typeof value === 'number' ? String(value).split(',').map(rangeOf) : NONE
    const all = ranges.flatMap(range => range ?? [])
    return ranges.includes(undefined) || new Set(all).size < all.length ? undefined : all
  },
)

function rangeOf(text: string): readonly number[] | undefined {
  const [, low, high = low] = CPU_RANGE.exec(text) ?? []
  const [first, last] = [Number(low), Number(high)]
  if (low === undefined || first > last || last >= MOST_CPUS) return undefined
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}

/** What lunkit lets be set of the whole server, under `lunkit`. */
export const serverSettings = {
  create_files: setting(
    flag,
    true,
    'backing files that are missing may be created, those that are too short made longer',
  ),
  lanes: setting(wholeNumber(1, MOST_LANES), 2, 'threads that do what may block; counts when lunkitd starts'),
  lane_cpus: setting<readonly number[] | undefined>(
    processors,
    undefined,
    'processors that lanes run on, one each and then round; counts when lunkitd starts; not set: any',
  ),
  poll_us: setting(
    wholeNumber(0, LONGEST_POLL_US),
    0,
    'microseconds for which threads look for more work before they sleep; 0: none',
  ),
} as const
