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
  const status = await readFile(`/proc/${pid}/status`, 'utf8')
  const number = (field: string): number => {
    const [, value] = new RegExp(`^${field}:\\s+(\\d+)`, 'm').exec(status) ?? []
    if (value === undefined) throw new Error(`/proc/${pid}/status has no ${field}:\n${status}`)
    return Number(value)
  }
  return {
    residentBytes: (number('RssAnon') + number('RssShmem')) * KIB,
    openFiles: (await readdir(`/proc/${pid}/fd`)).length,
    threads: number('Threads'),
  }
}
