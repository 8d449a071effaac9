import type { Readable, Writable } from 'node:stream'

/** A terminal that a program may have for itself, as `node:tty` has it. */
export interface TerminalDevice {
  readonly input: Readable & { readonly isRaw?: boolean; setRawMode?(isRaw: boolean): unknown }
  /** Emits `resize`. */
  readonly output: Writable & { readonly columns?: number; readonly rows?: number }
  /** Has something done before the process ends, however it does but by SIGKILL. @returns what gives that up. */
  readonly beforeEnd: (act: () => void) => () => void
}

const SIGNALS = ['SIGTERM', 'SIGHUP', 'SIGQUIT', 'SIGINT'] as const

/** The same of this process: where a signal ends it, it ends by that signal. */
export function beforeProcessEnds(act: () => void): () => void {
  const onSignal = (signal: NodeJS.Signals): void => {
    act()
    giveUp()
    process.kill(process.pid, signal)
  }
  const giveUp = (): void => {
    process.off('exit', act)
    for (const signal of SIGNALS) process.off(signal, onSignal)
  }
  process.on('exit', act)
  for (const signal of SIGNALS) process.on(signal, onSignal)
  return giveUp
}
