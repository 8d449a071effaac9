import { type CaughtSignal, SIGNALS, SignalAction } from './signal-table.ts'

/** The part of a process that signals come to. */
export interface SignalledProcess {
  readonly pid: number
  on(signal: CaughtSignal, heard: () => void): unknown
  removeAllListeners(signal: CaughtSignal): unknown
  kill(pid: number, signal: CaughtSignal): unknown
}

/** Catches every signal of the table from the start of a process on, and gives them to who takes them. */
export class SignalCatcher {
  readonly #process: SignalledProcess
  #heard: (signal: CaughtSignal) => void = signal => this.#beforeTaken(signal)

  constructor(signalled: SignalledProcess) {
    this.#process = signalled
  }

  /** Catches them from now on. */
  start(): void {
    for (const signal of Object.keys(SIGNALS) as CaughtSignal[]) this.#process.on(signal, () => this.#heard(signal))
  }

  /** Gives them to `heard` from now on. */
  take(heard: (signal: CaughtSignal) => void): void {
    this.#heard = heard
  }

  /** Nothing is open yet: what asks for the end gets it, as of any program; a configuration is yet to be read. */
  #beforeTaken(signal: CaughtSignal): void {
    if (SIGNALS[signal] !== SignalAction.end) return
    this.#process.removeAllListeners(signal)
    this.#process.kill(this.#process.pid, signal)
  }
}

/** The one of this process; `main.ts` starts it. */
export const signalCatcher = new SignalCatcher(process)
