import { existsSync, readFileSync, rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { until } from '../faults/rig.ts'
import type { Daemon, DaemonOptions } from '../harness/daemon.ts'
import type { Scratch } from '../harness/scratch.ts'
import { exactOf } from '../load/counted/sample-recorder.ts'

/** The durations of one kind of command on one LUN, from the samples themselves. */
export interface ExactPercentiles {
  /** The unit as lunkitd counts it: fileio/disk0. */
  readonly lun: string
  readonly operation: string
  readonly count: number
  /** Those of QUANTILES, in seconds. */
  readonly exact: readonly number[]
}

/** Where the samples of one kind of command on one LUN are: seconds, 64-bit floating-point numbers. */
export interface RecordedFile extends Pick<ExactPercentiles, 'lun' | 'operation'> {
  readonly file: string
}

const recordingPath = (scratch: Scratch): string => scratch.path('recorded.json')

/** How a lunkitd is started that records its samples: see recorded-samples.ts. */
export const recordingOptions = (scratch: Scratch): DaemonOptions => ({
  environment: { LUNKIT_RECORDED: recordingPath(scratch) },
  nodeArguments: ['--import', fileURLToPath(new URL('recorded-samples.ts', import.meta.url))],
})

/** What such a lunkitd has recorded so far. */
export async function recordedPercentiles(daemon: Daemon, scratch: Scratch): Promise<readonly ExactPercentiles[]> {
  const path = recordingPath(scratch)
  rmSync(path, { force: true })
  daemon.signal('SIGWINCH')
  await until('lunkitd writes what it has recorded', () => existsSync(path))
  return (JSON.parse(readFileSync(path, 'utf8')) as readonly RecordedFile[]).map(({ file, ...of }) => {
    const samples = samplesIn(file)
    return { ...of, count: samples.length, exact: exactOf(samples) }
  })
}

function samplesIn(file: string): Float64Array {
  const { buffer, byteOffset, byteLength } = readFileSync(file)
  return new Float64Array(buffer.slice(byteOffset, byteOffset + byteLength))
}
