import type { Parameters, TaskManagementFunction, TextPair } from '@lunkit/pdu'
import { LUN } from '@lunkit/scsi/transport'
import { checkArgument, checkOptions, type Timers } from '@lunkit/wire'
import { Attentions } from '../attention.ts'
import type { Command, TaskManagementTarget } from '../command.ts'
import { checkRequest } from '../command-domain.ts'
import type { ConnectOptions } from '../connect-options.ts'
import { ConnectionError } from '../error.ts'
import { LogicalUnit } from '../logical-unit.ts'
import { checkPatience, PATIENCE, type Patience, signalOf } from '../patience.ts'
import type { Session } from '../session.ts'
import type { CommandListener, CommandRequest, CommandResult, CommandTask } from '../task.ts'
import type { UnitSession } from '../unit-session.ts'
import type { ReconnectOptions } from './reconnect-options.ts'
import type { Reconnection } from './reconnection.ts'
import { isRepeatable } from './repeatable.ts'

/** @internal What a lasting session is made of. */
export interface LastingParts {
  readonly options: ConnectOptions
  readonly reconnect: ReconnectOptions
  readonly reconnection: Reconnection
  readonly timers: Timers
  readonly first: Session
}

/**
 * A session that is made anew when it is lost: what is asked of it meanwhile waits for that. What was on its way fails with a
 * ConnectionError, unless it is repeated (see `ReconnectOptions.repeat`).
 */
export class LastingSession implements UnitSession, AsyncDisposable {
  /** Resolves when there is no session any more, and will be none, with the reason. */
  readonly closed: Promise<ConnectionError>
  readonly #parts: LastingParts
  readonly #attentions: Attentions
  readonly #resolveClosed: (reason: ConnectionError) => void
  /** The session that there is, or was last. */
  #last: Session
  /** The session that there is, or will be. */
  #session: Promise<Session>
  #closing = false

  /** @internal made by `keepConnected` */
  constructor(parts: LastingParts) {
    const { promise, resolve } = Promise.withResolvers<ConnectionError>()
    this.closed = promise
    this.#resolveClosed = resolve
    this.#parts = parts
    const { attentions = 'session', listener } = parts.options
    this.#attentions = new Attentions(attentions, notice => listener?.attention?.(notice))
    this.#last = parts.first
    this.#session = Promise.resolve(parts.first)
    void this.#watch(parts.first)
  }

  /** What was negotiated, in the session that there is, or was last. */
  get parameters(): Parameters {
    return this.#last.parameters
  }

  /** The logical unit of the URL, as `Session.unit`. */
  get unit(): LogicalUnit {
    return this.lun(this.#parts.options.lun ?? 0)
  }

  /** A logical unit, as `Session.lun`: it goes on through all sessions. */
  lun(lun: number): LogicalUnit {
    checkArgument('lun', lun, LUN)
    return new LogicalUnit(this, lun)
  }

  async #watch(session: Session): Promise<void> {
    const reason = await session.closed
    if (this.#closing) return this.#resolveClosed(reason)
    this.#session = this.#parts.reconnection.again(reason)
    try {
      this.#last = await this.#session
      // Whoever closes it does not wait for a login that is all but done.
      if (this.#closing) this.#last.destroy()
      else this.#parts.reconnect.listener?.restored?.()
      void this.#watch(this.#last)
    } catch (cause) {
      this.#closing = true
      this.#resolveClosed(
        cause instanceof ConnectionError ? cause : new ConnectionError('the session was given up', { cause }),
      )
    }
  }

  /** The session, when there is one. @throws {unknown} the signal's reason, or why there will be none. */
  async #ready(signal?: AbortSignal): Promise<Session> {
    signal?.throwIfAborted()
    if (!signal) return this.#session
    const { promise, reject } = Promise.withResolvers<never>()
    const aborted = () => reject(signal.reason)
    signal.addEventListener('abort', aborted)
    try {
      return await Promise.race([this.#session, promise])
    } finally {
      signal.removeEventListener('abort', aborted)
    }
  }

  /** Sends a command, as `Session.execute`, once there is a session. */
  execute(request: CommandRequest, patience: Patience = {}): Command {
    checkRequest(request)
    checkOptions('execute', patience, PATIENCE)
    checkPatience(patience)
    let sent: Command | undefined
    const result = this.#run(request, patience, command => {
      sent = command
    })
    // Who aborts a command need not look at how it ended.
    result.catch(() => undefined)
    return {
      result,
      get task(): CommandTask {
        if (sent) return sent.task
        throw new ConnectionError('the command was not sent yet: there is no session')
      },
    }
  }

  async #run(request: CommandRequest, patience: Patience, sent: (command: Command) => void): Promise<CommandResult> {
    patience.signal?.throwIfAborted()
    const { signal, release } = this.signalOf(patience, `${request.name ?? 'the command'} of LUN ${request.lun}`)
    try {
      for (;;) {
        const session = await this.#ready(signal)
        const command = await begun(session, () => session.execute(request, { signal }))
        if (!command) continue
        sent(command)
        const result = await this.#ended(session, command, request)
        if (result) return result
      }
    } finally {
      release()
    }
  }

  /** How a command ended; undefined where it is to be sent again. */
  async #ended(session: Session, { result }: Command, request: CommandRequest): Promise<CommandResult | undefined> {
    try {
      return await result
    } catch (error) {
      const repeats = this.#parts.reconnect.repeat === 'reads' && isRepeatable(request)
      if (!repeats || !(error instanceof ConnectionError)) throw error
      await session.closed
      return undefined
    }
  }

  /** Sends a command in the session that there is, as `Session.submit`; it is never repeated. @throws {ConnectionError} where there is none. */
  submit(request: CommandRequest, listener: CommandListener): CommandTask {
    return this.#last.submit(request, listener)
  }

  /** As `Session.ping`, once there is a session. */
  async ping(data?: Uint8Array, patience: Patience = {}): Promise<Uint8Array> {
    checkOptions('ping', patience, PATIENCE)
    return (await this.#ready(patience.signal)).ping(data, patience)
  }

  /** As `Session.text`, once there is a session. */
  async text(pairs: readonly TextPair[], patience: Patience = {}): Promise<TextPair[]> {
    checkOptions('text', patience, PATIENCE)
    return (await this.#ready(patience.signal)).text(pairs, patience)
  }

  /** As `Session.taskManagement`, in the session that there is: a command of another one is over. */
  async taskManagement(
    what: TaskManagementFunction,
    target: TaskManagementTarget = {},
    patience: Patience = {},
  ): Promise<number> {
    return this.#last.taskManagement(what, target, patience)
  }

  /** As `Session.abort`, in the session that there is. */
  async abort(command: Command, patience: Patience = {}): Promise<void> {
    return this.#last.abort(command, patience)
  }

  /** Logs out, as `Session.close`, or gives up what would make a session. */
  async close(patience: Patience = {}): Promise<void> {
    checkOptions('close', patience, PATIENCE)
    this.#end('the session was closed')
    await this.#last.close(patience)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  /** Drops the connection without a logout, and makes no other. */
  destroy(): void {
    this.#end('the session was dropped')
    this.#last.destroy()
  }

  #end(why: string): void {
    this.#closing = true
    this.#parts.reconnection.stop(new ConnectionError(why))
  }

  /** @internal */
  get attentions(): Attentions {
    return this.#attentions
  }

  /** @internal */
  signalOf(patience: Patience, what: string): { signal: AbortSignal; release: () => void } {
    return signalOf(patience, { what, timers: this.#parts.timers })
  }
}

/** What was begun; undefined where the session was over before: nothing was sent then. */
async function begun(session: Session, begin: () => Command): Promise<Command | undefined> {
  try {
    return begin()
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error
    await session.closed
    return undefined
  }
}
