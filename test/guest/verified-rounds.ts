import { awaitBackground, startInBackground } from './background.ts'
import { type FioReport, fioRound, parseFioReport } from './fio.ts'
import type { Guest } from './guest.ts'

const minuteMs = 60_000
/** What a round reads and writes, before it reads back what it wrote; one that has begun is run to its end. */
const roundMiB = 12

/**
 * Verifies a disk of the guest with fio, again and again, until something is over; each round writes somewhere else.
 *
 * @param disk its path in the guest, with room for 1000 MiB
 * @returns how many reads found what had been written
 * @throws Error when fio found an error, or read back less than it should
 */
export async function verifyDuring(guest: Guest, disk: string, something: () => Promise<void>): Promise<number> {
  const rounds = `until [ -e /tmp/enough ]; do ${fioRound(disk, roundMiB)} || break; done`
  await guest.succeed(`rm -f /tmp/enough\n${startInBackground('rounds', rounds)}`, minuteMs)
  try {
    await something()
  } finally {
    await guest.succeed('touch /tmp/enough', minuteMs)
  }
  return checkedReads(await guest.succeed(awaitBackground('rounds'), 3 * minuteMs))
}

function checkedReads(output: string): number {
  const reports = output
    .split(/^verify: \(g=0\)/m)
    .slice(1)
    .map(parseFioReport)
  const sum = (of: (report: FioReport) => number): number => reports.reduce((total, each) => total + of(each), 0)
  const [errors, reads, writes] = [sum(each => each.error), sum(each => each.reads), sum(each => each.writes)]
  // A round reads about as much as it writes; what is beyond that is written data that was checked.
  if (reports.length === 0 || errors !== 0 || reads <= 1.5 * writes)
    throw new Error(`fio verified too little:\n${output}`)
  return reads - writes
}
