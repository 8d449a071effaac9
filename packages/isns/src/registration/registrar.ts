import {
  callback,
  checkOptions,
  type OptionDomains,
  object,
  required,
  type Timers,
  text,
  wholeNumber,
} from '@lunkit/wire'
import { IsnsError, IsnsFault } from '../error.ts'
import { REGISTRAR_LIMITS, type RegistrarLimits } from '../limits.ts'
import { Attempts } from './attempts.ts'
import { IsnsConnection, type IsnsServer } from './isns-connection.ts'
import type { IsnsTarget } from './isns-target.ts'
import { Registration } from './registration.ts'
import { systemTimers } from './system-timers.ts'

/** How much is registered. */
export interface Registered {
  readonly targets: number
  readonly portals: number
}

/** Is told how it goes. */
export interface RegistrarListener {
  /** The server has what it is to have: after a connection, and after a change. */
  registered?(registered: Registered): void
  /** The server was not reached, or not satisfied; the next attempt begins `delayMs` from now. */
  failed?(failure: { readonly error: IsnsError; readonly attempt: number; readonly delayMs: number }): void
  /** All was taken back. */
  deregistered?(): void
  /** At the end the server still had something of it, for as long as its registration period. */
  left?(error: IsnsError): void
}

/** How it stands with a server. */
export interface RegistrarStatus {
  /** `waiting`: for the next attempt; `idle`: the server is there, and there is nothing to register. */
  readonly state: 'connecting' | 'registered' | 'idle' | 'waiting' | 'closed'
  readonly registered: Registered
  /** Of the last attempt that failed, until one succeeds. */
  readonly error: IsnsError | undefined
  /** Attempts that failed, ever. */
  readonly failures: number
}

/** What a registrar is made of. */
export interface RegistrarOptions {
  readonly server: IsnsServer
  /** The entity identifier: under which all is registered, and which nobody else uses, 1 to 255 characters. */
  readonly entity: string
  /** What is to be found, at the time of the call. It is given the address of this machine by which the server was reached. */
  readonly targets: (localAddress: string) => readonly IsnsTarget[]
  readonly listener?: RegistrarListener
  readonly timers?: Timers
  /** A number from 0 to 1, 1 not included. */
  readonly random?: () => number
  readonly limits?: Partial<RegistrarLimits>
}

/** In one registration period. */
const REFRESHES = 3

const SERVER: OptionDomains = {
  host: required(text('an address, or the name of a host', host => host !== '')),
  port: required(wholeNumber(1, 0xffff)),
}
const MOST_ENTITY_BYTES = 255
const MS = wholeNumber(1, 2 ** 31 - 1)
const LIMITS: OptionDomains = Object.fromEntries(Object.keys(REGISTRAR_LIMITS).map(name => [name, MS]))
const OPTIONS: OptionDomains = {
  server: required(object('{ host, port }')),
  entity: required(
    text(`1 to ${MOST_ENTITY_BYTES} bytes of text`, entity => {
      const { length } = Buffer.from(entity)
      return length > 0 && length <= MOST_ENTITY_BYTES && !entity.includes('\0')
    }),
  ),
  targets: required(callback),
  listener: object('an object of functions: { registered, failed, deregistered, left }'),
  timers: object('{ after }', timers => typeof (timers as Partial<Timers>).after === 'function'),
  random: callback,
  limits: object(),
}

/**
 * Keeps targets registered with one iSNS server from when it is made until `close`: what changes is registered anew, what was lost is
 * registered again, and a server that is away is tried again and again. Nothing of it throws, and nobody waits for it.
 */
export class Registrar {
  readonly #options: RegistrarOptions
  readonly #limits: RegistrarLimits
  readonly #timers: Timers
  readonly #attempts: Attempts
  readonly #registration: Registration
  /** Aborted when nothing more is to be waited for. */
  readonly #over = new AbortController()
  readonly #closing = Promise.withResolvers<void>()
  readonly #run: Promise<void>
  #change = Promise.withResolvers<void>()
  #isClosing = false
  #state: RegistrarStatus['state'] = 'connecting'
  #error: IsnsError | undefined
  #failures = 0

  /** @throws {TypeError} or {RangeError} for wrong options. */
  constructor(options: RegistrarOptions) {
    checkOptions('Registrar: options', options, OPTIONS)
    checkOptions('Registrar: server', options.server, SERVER)
    checkOptions('Registrar: limits', options.limits ?? {}, LIMITS)
    this.#options = options
    this.#limits = { ...REGISTRAR_LIMITS, ...options.limits }
    this.#timers = options.timers ?? systemTimers
    this.#attempts = new Attempts(this.#limits, this.#timers, options.random ?? Math.random)
    this.#registration = new Registration(options.entity, this.#limits.periodMs)
    this.#run = this.#untilClosed()
  }

  /** How it stands now. */
  get status(): RegistrarStatus {
    const { targetCount: targets, portalCount: portals } = this.#registration
    return { state: this.#state, registered: { targets, portals }, error: this.#error, failures: this.#failures }
  }

  /** Says that `targets` answers something else now. */
  changed(): void {
    this.#change.resolve()
  }

  /** Takes all back; resolves when that is done, and after `closeMs` in any case. */
  async close(): Promise<void> {
    this.#isClosing = true
    this.#closing.resolve()
    const stop = this.#timers.after(this.#limits.closeMs, () => this.#over.abort())
    await this.#run
    stop()
  }

  async #untilClosed(): Promise<void> {
    // Whoever makes it has it before it is told anything.
    await Promise.resolve()
    do await this.#attempt()
    while (!this.#isOver)
    this.#state = 'closed'
  }

  /** What is there still is taken back once the server can be reached, but not for long. */
  get #isOver(): boolean {
    return this.#isClosing && (this.#registration.targetCount === 0 || this.#over.signal.aborted)
  }

  async #attempt(): Promise<void> {
    this.#state = 'connecting'
    try {
      await this.#connected()
    } catch (error) {
      this.#failures++
      this.#error = asIsnsError(error)
      if (this.#isClosing) return this.#leave(this.#error)
      const { attempt, delayMs } = this.#attempts.failed()
      this.#state = 'waiting'
      this.#options.listener?.failed?.({ error: this.#error, attempt, delayMs })
      await this.#wait(delayMs)
    }
  }

  /** What was lost while it ends is not tried again. */
  #leave(error: IsnsError): void {
    this.#over.abort()
    if (this.#registration.targetCount > 0) this.#options.listener?.left?.(error)
  }

  async #connected(): Promise<void> {
    const { server } = this.#options
    const { answerMs } = this.#limits
    const surroundings = { timers: this.#timers, answerMs, signal: this.#over.signal }
    const connection = await IsnsConnection.open(server, surroundings)
    try {
      await this.#bring(connection, true)
      while (!this.#isClosing) await this.#due(connection)
      await this.#takeBack(connection)
    } finally {
      this.#attempts.lost()
      connection.destroy()
    }
  }

  async #bring(connection: IsnsConnection, all: boolean): Promise<void> {
    this.#change = Promise.withResolvers()
    const isWanted = () => !this.#isClosing
    await this.#registration.bring(connection, this.#options.targets(connection.localAddress), { all, isWanted })
    if (!isWanted()) return
    const { registered } = this.status
    this.#state = registered.targets > 0 ? 'registered' : 'idle'
    this.#error = undefined
    this.#attempts.succeeded()
    this.#options.listener?.registered?.(registered)
  }

  async #takeBack(connection: IsnsConnection): Promise<void> {
    const { targetCount } = this.#registration
    await this.#registration.takeBack(connection)
    if (targetCount > 0) this.#options.listener?.deregistered?.()
  }

  /** Waits for a change, the time for a refresh, or the end, and does what is due then. */
  async #due(connection: IsnsConnection): Promise<void> {
    const { periodMs } = this.#registration
    const change = this.#change.promise.then(() => true)
    const isChanged = await this.#wait(periodMs === 0 ? undefined : periodMs / REFRESHES, change, connection.lost)
    if (isChanged === true) await this.#wait(this.#limits.settleMs, connection.lost)
    if (this.#isClosing) return
    if (isChanged === true) await this.#bring(connection, false)
    else if (!(await this.#registration.isKept(connection))) await this.#bring(connection, true)
  }

  /** Waits for a time, for what else there is, or for the end. */
  async #wait<T>(delayMs: number | undefined, ...others: Promise<T>[]): Promise<T | undefined> {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const stop = delayMs === undefined ? () => {} : this.#timers.after(delayMs, () => resolve(undefined))
    const end = this.#closing.promise.then(() => undefined)
    return Promise.race([promise, end, ...others]).finally(stop)
  }
}

/** A bug of whoever says what there is to register must not end what registers it. */
const asIsnsError = (error: unknown): IsnsError =>
  error instanceof IsnsError ? error : new IsnsError(IsnsFault.malformed, String(error))
