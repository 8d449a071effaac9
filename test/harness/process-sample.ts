import { readdir, readFile } from 'node:fs/promises'

/** What the system says of a process. */
export interface ProcessSample {
  /** Memory of its own that is resident: heaps, slabs, stacks; not files. */
  readonly residentBytes: number
  readonly openFiles: number
  readonly threads: number
}

const KIB = 1024

/** Looks at a process in /proc. */
export async function sampleProcess(pid: number): Promise<ProcessSample> {
  const status = await statusOf(pid)
  return {
    residentBytes: (status('RssAnon') + status('RssShmem')) * KIB,
    openFiles: (await readdir(`/proc/${pid}/fd`)).length,
    threads: status('Threads'),
  }
}

/** The most memory that a process had resident so far, files included, in bytes. */
export const peakResidentBytes = async (pid: number): Promise<number> => (await statusOf(pid))('VmHWM') * KIB

/** The numbers of a process in /proc, by their names there. */
async function statusOf(pid: number): Promise<(field: string) => number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  return field => {
    const [, value] = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status) ?? []
    if (value === undefined) throw new Error(`/proc/${pid}/status has no ${field}:\n${status}`)
    return Number(value)
  }
}
