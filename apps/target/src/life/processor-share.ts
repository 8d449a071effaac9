import { readFileSync, readlinkSync } from 'node:fs'
import { basename } from 'node:path'

const NS_PER_MS = 1_000_000

/** The number that the system has for this thread; 0 where nobody knows. */
export function threadNumber(): number {
  try {
    return Number(basename(readlinkSync('/proc/thread-self')))
  } catch {
    return 0
  }
}

/** What a thread has had of the processors so far. */
export interface ProcessorShare {
  readonly ranMs: number
  /** For how long it could run, and had none. */
  readonly waitedMs: number
}

/** The share of a thread of this process; zeroes where nobody knows. */
export function processorShare(thread: number): ProcessorShare {
  try {
    const [ran, waited] = readFileSync(`/proc/self/task/${thread}/schedstat`, 'utf8').split(' ')
    return { ranMs: Number(ran) / NS_PER_MS, waitedMs: Number(waited) / NS_PER_MS }
  } catch {
    return { ranMs: 0, waitedMs: 0 }
  }
}
