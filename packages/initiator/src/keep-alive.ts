import type { Timers } from '@lunkit/wire'

/** How a session finds out that its target is gone without a word. */
export interface KeepAliveOptions {
  /** How often it is looked for a sign of the target; one that was silent since the last look is pinged by a NOP-Out. */
  readonly intervalMs?: number
  /** Without a byte from the target for this long after that, the connection is given up. */
  readonly timeoutMs?: number
}

/** What it does in the session. */
interface KeepAliveActions {
  readonly ping: () => void
  readonly giveUp: (silentMs: number) => void
}

/**
 * In how many parts the answer to a ping is waited for. A process that stood still for long sees its timer strike before
 * the answer that lies in the socket: one part of several passes then.
 */
const PARTS = 4

/** Pings a target that is silent, and gives the connection up when it stays so. */
export class KeepAlive {
  readonly #options: Required<KeepAliveOptions>
  readonly #timers: Timers
  readonly #actions: KeepAliveActions
  #heard = false
  #missed = 0
  #stop: () => void = () => undefined

  constructor(options: Required<KeepAliveOptions>, timers: Timers, actions: KeepAliveActions) {
    this.#options = options
    this.#timers = timers
    this.#actions = actions
  }

  /** Something came from the target. */
  heard(): void {
    this.#heard = true
  }

  start(): void {
    this.#heard = false
    this.#missed = 0
    this.#stop = this.#timers.after(this.#options.intervalMs, this.#silent)
  }

  stop(): void {
    this.#stop()
  }

  readonly #silent = (): void => {
    if (this.#heard) return this.start()
    this.#wait() // before the ping, which may end the session
    this.#actions.ping()
  }

  #wait(): void {
    const partMs = Math.max(1, Math.ceil(this.#options.timeoutMs / PARTS))
    this.#stop = this.#timers.after(partMs, this.#look)
  }

  readonly #look = (): void => {
    if (this.#heard) return this.start()
    this.#missed++
    if (this.#missed < PARTS) return this.#wait()
    this.#actions.giveUp(this.#options.intervalMs + this.#options.timeoutMs)
  }
}
