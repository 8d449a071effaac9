import { readdir, readFile } from 'node:fs/promises'

/** How long a thread of a process has been on a CPU, in milliseconds: proc(5), schedstat. */
export async function threadMs(pid: number, thread: number): Promise<number> {
  const [nanoseconds] = (await readFile(`/proc/${pid}/task/${thread}/schedstat`, 'utf8')).split(' ')
  return Number(nanoseconds) / 1e6
}

/** How long all threads of a process have been that it has now, in milliseconds. */
export async function processMs(pid: number): Promise<number> {
  let sum = 0
  for (const thread of await readdir(`/proc/${pid}/task`)) sum += await threadMs(pid, Number(thread))
  return sum
}
