import type { Logger } from '../log/logger.ts'
import { type LifeTimers, lifeTimers } from './life-timers.ts'
import { notifySocket, type SendNotice } from './notify-socket.ts'

/** What a supervisor says to lunkitd by its environment. */
export const supervisorVariables = {
  NOTIFY_SOCKET:
    'the unix socket, or with @ before it the abstract one, that is told when everything is served, what is, and that it ends; systemd sets it for Type=notify',
  WATCHDOG_USEC: 'for how many microseconds it waits for a sign of life, which is given while all threads answer',
  WATCHDOG_PID: 'the process that these are for',
} as const

/** What a supervisor is told: assignments of sd_notify(3). */
export type Notice = Readonly<Record<string, string | number>>

/** A notice that could not be sent is sent again after this time, so often. */
const AGAIN_MS = 200
const TRIES = 25
/** How long an end waits for it. */
const TOLD_MS = 1000

/** How notices are sent, and who hears that they cannot be. */
export interface SupervisorOptions {
  readonly send: SendNotice
  /** What it expects a sign of life in; undefined: it expects none. */
  readonly watchdogMs?: number | undefined
  readonly log: Pick<Logger, 'warn'>
  readonly timers?: Pick<LifeTimers, 'after'>
}

/** systemd, or what stands in for it, that has started lunkitd and wants to hear of it (sd_notify(3)). */
export class Supervisor {
  /** How long it waits for a sign of life; undefined: it waits for none. */
  readonly watchdogMs: number | undefined
  readonly #options: Required<Omit<SupervisorOptions, 'watchdogMs'>>
  #last: Promise<void> = Promise.resolve()

  constructor({ send, watchdogMs, log, timers = lifeTimers }: SupervisorOptions) {
    this.watchdogMs = watchdogMs
    this.#options = { send, log, timers }
  }

  /**
   * The one that an environment names; undefined where there is none. What names it is taken out of the environment: what lunkitd starts is
   * not to speak for it.
   */
  static of(environment: NodeJS.ProcessEnv, log: Pick<Logger, 'warn'>): Supervisor | undefined {
    const { NOTIFY_SOCKET: address, WATCHDOG_USEC: us, WATCHDOG_PID: pid } = environment
    for (const name of Object.keys(supervisorVariables)) delete environment[name]
    if (!address) return undefined
    if (!/^[/@]./.test(address)) {
      log.warn(
        { event: 'supervisorUnknown', address },
        `the supervisor is not told how it goes: ${address} is no unix socket`,
      )
      return undefined
    }
    // The launcher may stand in between.
    const isOurs = !pid || [process.pid, process.ppid].includes(Number(pid))
    const watchdogMs = isOurs && Number(us) > 0 ? Number(us) / 1000 : undefined
    return new Supervisor({ send: notifySocket(address), watchdogMs, log })
  }

  /** Tells it this, after all that it was told before. */
  tell(notice: Notice): void {
    const message = Object.entries(notice).map(([name, value]) => `${name}=${oneLine(value)}\n`)
    this.#last = this.#last.then(() => this.#send(message.join('')))
  }

  /** Resolves when it was told everything, or a second has passed. */
  async told(): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>()
    const cancel = this.#options.timers.after(TOLD_MS, resolve)
    await Promise.race([this.#last, late])
    cancel()
  }

  async #send(message: string): Promise<void> {
    const { send, log, timers } = this.#options
    let why: string | undefined
    for (let tries = 0; tries < TRIES; tries++) {
      why = await send(message)
      if (why === undefined) return
      await new Promise<void>(resolve => timers.after(AGAIN_MS, resolve))
    }
    log.warn({ event: 'supervisorNotTold', message }, `the supervisor could not be told how it goes: ${why}`)
  }
}

const oneLine = (value: string | number): string => String(value).replaceAll('\n', ' ')
