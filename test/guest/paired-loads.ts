import type { TargetAddress } from '../harness/target-address.ts'
import { runLoad } from '../load/load-run.ts'
import { fioMix, verifiedMix } from './fio.ts'
import type { Guest } from './guest.ts'

const minuteMs = 60_000
/** How long they run; they are begun again until something is over. */
const roundSeconds = 12
const coverSeconds = 4
const coverBytes = 65_536
/** So few that what takes long is the server, not the queue before it. */
const depth = 2

/** fio of a guest on one LUN, and iscsi-load of the host on another. */
export type PairedLoads = {
  readonly guest: Guest
  /** The guest's path of its disk, which has room for 200 MiB. */
  readonly disk: string
  /** longest-load, compiled. */
  readonly program: string
  readonly loaded: TargetAddress
  /** So few that a moment of sequential writes covers all of it. */
  readonly loadedBytes: number
}

/**
 * Runs both at once, and again, until something is over, or has failed.
 *
 * @returns the longest that an operation of each took each time, in ms
 * @throws Error when one of them finds an error or a wrong byte
 */
export async function loadUntil(over: Promise<unknown>, loads: PairedLoads): Promise<number[]> {
  let done = false
  void over.finally(() => (done = true)).catch(() => undefined)
  const longestMs: number[] = []
  do longestMs.push(...(await Promise.all([verifyInGuest(loads), checkFromHost(loads)])))
  while (!done)
  return longestMs
}

async function verifyInGuest({ guest, disk }: PairedLoads): Promise<number> {
  const mix = fioMix(disk, { seconds: roundSeconds, sizeMiB: 200, depth })
  return verifiedMix(await guest.succeed(mix, 3 * minuteMs)).longestMs
}

/** Covers the LUN with data of a new seed, then reads it back for the rest of the round. */
async function checkFromHost({ program, loaded, loadedBytes }: PairedLoads): Promise<number> {
  const common = { sessions: 1, depth: 4, seed: Math.floor(performance.now()) }
  const cover = await runLoad(program, loaded, {
    ...common,
    mode: 'seqwrite',
    bytes: coverBytes,
    seconds: coverSeconds,
  })
  // What it wrote while it warmed up is not counted.
  const covered = cover.iops * coverBytes * (coverSeconds - 0.5)
  if (covered <= loadedBytes) throw new Error(`${covered} bytes were written; ${loadedBytes} are to be covered`)
  const seconds = roundSeconds - coverSeconds
  const read = await runLoad(program, loaded, { ...common, mode: 'read', bytes: 4096, seconds })
  return Math.max(...[cover, read].map(({ maxus = Infinity }) => maxus)) / 1000
}
