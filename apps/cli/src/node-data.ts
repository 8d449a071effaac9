import type { DataSurroundings } from './data-surroundings.ts'

const SIGNALS: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP']

/** A signal of whoever ends this process. Once it was aborted the next one ends it at once, as if nobody had listened. */
function interrupted(): AbortSignal {
  const controller = new AbortController()
  const strike = (): void => {
    for (const name of SIGNALS) process.off(name, strike)
    controller.abort()
  }
  for (const name of SIGNALS) process.on(name, strike)
  return controller.signal
}

/** To the start of the line, which is taken away. */
const CLEARED = '\r\x1b[K'

/** What there is around this process. */
export const nodeData: DataSurroundings = {
  interrupted,
  environment: process.env,
  // Each is made when it is looked at: a command that does not need them is to end without them.
  streams: {
    get input() {
      return process.stdin
    },
    get output() {
      return process.stdout
    },
    get isShown() {
      return process.stdout.isTTY === true
    },
  },
  show: process.stderr.isTTY === true ? text => process.stderr.write(`${CLEARED}${text}`) : undefined,
}
