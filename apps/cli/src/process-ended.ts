import { once } from 'node:events'
import { fstatSync } from 'node:fs'

/**
 * Resolves when somebody ends this process: by a signal, or, where its standard input is a pipe, by going away: whoever has started it
 * may be killed.
 */
export async function processEnded(): Promise<void> {
  const ways: Promise<unknown>[] = ['SIGTERM', 'SIGINT', 'SIGHUP'].map(signal => once(process, signal))
  const input = fstatSync(process.stdin.fd)
  if (input.isFIFO() || input.isSocket()) ways.push(once(process.stdin.resume(), 'close'))
  await Promise.race(ways)
  process.stdin.destroy()
}
