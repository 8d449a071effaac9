import type { TargetAddress } from '../../harness/target-address.ts'
import { type Load, runWholeLoad } from '../load-run.ts'
import type { CountBook } from './count-book.ts'

/** Commands by which each session of iscsi-load begins when nothing comes between: TEST UNIT READY, READ CAPACITY. */
const GOOD_AT_FIRST = 2

/** Runs iscsi-load, and writes down what must have been counted of it: what failed has a status, or was aborted. */
export async function bulkLoad(program: string, at: TargetAddress, load: Load, book: CountBook): Promise<void> {
  const { sent, answered, errors, corrupt } = await runWholeLoad(program, at, load)
  if (corrupt > 0) throw new Error(`iscsi-load has read ${corrupt} times what it had not written`)
  const tally = book.of({ target: at.iqn, initiator: 'iscsi-load' }, at.lun)
  const begun = sent - answered
  tally.count('ended', sent)
  tally.count('commands.other', begun)
  tally.count('duration.other.count', begun)
  // It tries again while it is told of something new, or that the unit is reserved.
  const failed = begun - GOOD_AT_FIRST * load.sessions
  for (const name of ['checkConditions', 'unitAttentions', 'refusals']) tally.countPerhaps(name, failed + errors)
  const operation = load.mode.replace('seq', '')
  tally.count(`commands.${operation}`, answered - errors)
  tally.count(`duration.${operation}.count`, answered - errors)
  tally.count(`bytes.${operation}`, (answered - errors) * load.bytes)
  for (const name of [`commands.${operation}`, `duration.${operation}.count`, 'abortedCommands'])
    tally.countPerhaps(name, errors)
  book.loggedIn(at.iqn, load.sessions)
  book.ended(at.iqn, 'connection_lost', load.sessions)
}
