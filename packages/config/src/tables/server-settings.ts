import { flag, wholeNumber } from '../schema/kind.ts'
import { setting } from './setting.ts'

/** Longer than this nobody waits for an answer to come any faster, and a core is busy all the time. */
const LONGEST_POLL_US = 10_000

/** More threads than this only wait for each other. */
const MOST_LANES = 64

/** What lunkit lets be set of the whole server, under `lunkit`. */
export const serverSettings = {
  create_files: setting(
    flag,
    true,
    'backing files that are missing may be created, those that are too short made longer',
  ),
  lanes: setting(wholeNumber(1, MOST_LANES), 2, 'threads that do what may block; counts when lunkitd starts'),
  poll_us: setting(
    wholeNumber(0, LONGEST_POLL_US),
    0,
    'microseconds for which threads look for more work before they sleep; 0: none',
  ),
} as const
