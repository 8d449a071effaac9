import { flag, wholeNumber } from '../schema/kind.ts'
import { setting } from './setting.ts'

/** Longer than this nobody waits for an answer to come any faster, and a core is busy all the time. */
const LONGEST_POLL_US = 10_000

/** What lunkit lets be set of the whole server, under `lunkit`. */
export const serverSettings = {
  create_files: setting(
    flag,
    true,
    'backing files that are missing may be created, those that are too short made longer',
  ),
  poll_us: setting(
    wholeNumber(0, LONGEST_POLL_US),
    0,
    'microseconds for which threads look for more work before they sleep; 0: none',
  ),
} as const
