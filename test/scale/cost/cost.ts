import { loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { peakResidentBytes, sampleProcess } from '../../harness/process-sample.ts'
import { processMs } from '../../harness/process-time.ts'

/** What a lunkitd holds and uses while nobody asks it for anything. */
export interface Cost {
  /** Of what is counted: sessions, LUNs, initiators. */
  readonly count: number
  /** How long it took until they were there, in milliseconds. */
  readonly tookMs: number
  /** Memory of its own, without files. */
  readonly residentBytes: number
  /** The most that was resident so far, files included. */
  readonly mostBytes: number
  readonly openFiles: number
  /** Milliseconds of CPU in a second, all threads together. */
  readonly idleMs: number
  /** How many threads of the whole machine wanted a CPU, on average of the last minute. */
  readonly load: number
}

/** How long it is left alone before it is looked at, and how long its CPU time is counted, in milliseconds. */
export interface Patience {
  readonly settleMs: number
  readonly idleMs: number
}

/** Leaves a process alone for a while, and says what it has held and used meanwhile. */
export async function costOf(
  pid: number,
  { count, tookMs }: Pick<Cost, 'count' | 'tookMs'>,
  patience: Patience,
): Promise<Cost> {
  await delay(patience.settleMs)
  const [beganMs, workedMs] = [performance.now(), await processMs(pid)]
  await delay(patience.idleMs)
  const worked = (await processMs(pid)) - workedMs
  const idleMs = (worked * 1000) / (performance.now() - beganMs)
  const { residentBytes, openFiles } = await sampleProcess(pid)
  const [load = 0] = loadavg()
  return { count, tookMs, residentBytes, mostBytes: await peakResidentBytes(pid), openFiles, idleMs, load }
}

/** What one more costs, as the difference of two counts has it. */
export function costOfOne(less: Cost, more: Cost): { readonly bytes: number; readonly files: number } {
  const count = more.count - less.count
  if (count <= 0) throw new RangeError(`${more.count} are not more than ${less.count}`)
  return {
    bytes: (more.residentBytes - less.residentBytes) / count,
    files: (more.openFiles - less.openFiles) / count,
  }
}
