import { createRequire } from 'node:module'
import { type Logger, pino } from 'pino'

const STDERR = 2

/**
 * The log: JSON lines on standard error, written before the call returns, so that the last line before an end is there.
 * On a terminal, and where pino-pretty is installed, lines for a person.
 */
export function openLog(): Logger {
  const options = { name: 'lunkitd', level: 'info' }
  const pretty = process.stderr.isTTY ? findPretty() : undefined
  return pretty === undefined
    ? pino(options, pino.destination({ dest: STDERR, sync: true }))
    : pino(options, pretty({ destination: STDERR, sync: true, ignore: 'pid,hostname,name' }))
}

type Pretty = (options: { destination: number; sync: boolean; ignore: string }) => NodeJS.WritableStream

function findPretty(): Pretty | undefined {
  try {
    return createRequire(import.meta.url)('pino-pretty') as Pretty
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined
    throw error
  }
}
