import { stat } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'

const pollMs = 100

/** The bytes that a sparse file takes on the host's disk; `stat` counts in units of 512. */
export async function allocatedBytes(path: string): Promise<number> {
  const { blocks } = await stat(path)
  return blocks * 512
}

/**
 * Waits until a sparse file takes that many bytes more than now, which tells that somebody is writing to it.
 *
 * @throws Error when it does not grow in time
 */
export async function growsBy(path: string, bytes: number, timeoutMs: number): Promise<void> {
  const before = await allocatedBytes(path)
  const deadlineMs = performance.now() + timeoutMs
  for (;;) {
    const grown = (await allocatedBytes(path)) - before
    if (grown >= bytes) return
    if (performance.now() > deadlineMs) {
      throw new Error(`${path} grew by ${grown} bytes within ${timeoutMs} ms, expected ${bytes}: nobody writes to it`)
    }
    await delay(pollMs)
  }
}
