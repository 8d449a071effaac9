import {
  AsyncEvent,
  type Declared,
  type DROP,
  LogoutRequest,
  NopOut,
  type Parameters,
  type ReceivedHeader,
  TaskManagementFunction,
  TaskManagementResponseCode,
  type TextPair,
  TextRequest,
} from '@lunkit/pdu'
import { LUN } from '@lunkit/scsi/transport'
import type { Timers } from '@lunkit/wire'
import { byteArray, checkArgument, checkOptions, object } from '@lunkit/wire'
import { Attentions } from './attention.ts'
import { AwaitedCommand } from './awaited-command.ts'
import type { Command, TaskManagementTarget } from './command.ts'
import { checkListener, checkRequest, MANAGEMENT_FUNCTION, MANAGEMENT_TARGET } from './command-domain.ts'
import { CommandQueue } from './command-queue.ts'
import { CommandSender } from './command-sender.ts'
import type { Connection, ConnectionHandler } from './connection.ts'
import { AbortedError, ConnectionError, TaskManagementError, TimeoutError } from './error.ts'
import { type AsyncNotice, FullFeature, type TextAnswer } from './full-feature.ts'
import { KeepAlive, type KeepAliveOptions } from './keep-alive.ts'
import { ABORT_TIMEOUT_MS, LOGOUT_TIMEOUT_MS } from './limits.ts'
import { LogicalUnit } from './logical-unit.ts'
import type { LoggedIn } from './login.ts'
import { checkPatience, PATIENCE, type Patience, signalOf, watch } from './patience.ts'
import { type ManagedTasks, RequestSender } from './request-sender.ts'
import { Requests } from './requests.ts'
import type { SessionListener, SessionSettings } from './session-settings.ts'
import { type CommandListener, type CommandRequest, CommandTask } from './task.ts'
import type { TcpAddress } from './tcp.ts'
import { exchangeText, TEXT_PAIRS } from './text-exchange.ts'
import type { UnitSession } from './unit-session.ts'

/** A request that is no command. */
interface Asked {
  readonly what: string
  readonly patience: Patience
  /** For one of several requests of a sequence: the tag of all. */
  readonly tag?: number
}

/** How ABORT TASK is answered when the command is over. */
const ABORTED: ReadonlySet<number> = new Set([
  TaskManagementResponseCode.functionComplete,
  TaskManagementResponseCode.taskDoesNotExist,
])

const PATIENCE_OBJECT = object('{ signal, timeoutMs }')

/** Of which tasks a function that is complete leaves nothing. */
const endedBy: Readonly<Record<number, (task: CommandTask, about: ManagedTasks) => boolean>> = {
  [TaskManagementFunction.abortTask]: (task, about) => task === about.task,
  [TaskManagementFunction.abortTaskSet]: (task, { lun = 0 }) => task.request.lun === lun,
  [TaskManagementFunction.clearTaskSet]: (task, { lun = 0 }) => task.request.lun === lun,
  [TaskManagementFunction.logicalUnitReset]: (task, { lun = 0 }) => task.request.lun === lun,
  [TaskManagementFunction.targetWarmReset]: () => true,
  [TaskManagementFunction.targetColdReset]: () => true,
  [TaskManagementFunction.iTNexusReset]: () => true,
}

/** An iSCSI session of one connection in its full feature phase. */
export class Session implements ConnectionHandler, UnitSession, AsyncDisposable {
  /** What was negotiated. */
  readonly parameters: Parameters
  /** What the target said of itself in the login. */
  readonly declared: Readonly<Declared>
  /** The target's handle of the session, RFC 7143 11.13.3. */
  readonly tsih: number
  /** Resolves when the connection is gone, with the reason. */
  readonly closed: Promise<ConnectionError>
  readonly #connection: Connection
  readonly #requests = new Requests()
  readonly #commands: CommandQueue
  readonly #sender: RequestSender
  readonly #phase: FullFeature
  readonly #settings: SessionSettings
  readonly #timers: Timers
  readonly #keepAlive: KeepAlive | undefined
  readonly #attentions: Attentions
  #reason: ConnectionError | undefined
  #resolveClosed: (reason: ConnectionError) => void
  #closing: Promise<void> | undefined

  /** @internal sessions are made by `connect` */
  constructor(connection: Connection, outcome: LoggedIn, more: SessionSettings) {
    const { parameters, sequence, tsih, declared } = outcome
    const { promise, resolve } = Promise.withResolvers<ConnectionError>()
    this.closed = promise
    this.#resolveClosed = resolve
    this.parameters = parameters
    this.declared = declared
    this.tsih = tsih
    this.#connection = connection
    this.#settings = more
    this.#timers = more.timers
    this.#attentions = new Attentions(more.attentions, notice => more.listener.attention?.(notice))
    const sender = new CommandSender(connection.writer, sequence, parameters)
    this.#commands = new CommandQueue(sequence, sender)
    this.#sender = new RequestSender(connection.writer, sequence)
    this.#phase = new FullFeature({
      connection,
      sequence,
      parameters,
      tasks: this.#commands.tasks,
      requests: this.#requests,
      sender,
      strict: more.strict,
      asyncMessage: notice => this.#notice(notice, more.listener),
      rejected: notice => more.listener.rejected?.(notice),
    })
    this.#keepAlive = more.keepAlive && this.#keptAlive(more.keepAlive)
    this.#keepAlive?.start()
  }

  #keptAlive(options: Required<KeepAliveOptions>): KeepAlive {
    const giveUp = (silentMs: number) => {
      const cause = new TimeoutError(`a NOP-Out was not answered within ${options.timeoutMs} ms`, options.timeoutMs)
      this.#connection.fail(new ConnectionError(`the target was silent for ${silentMs} ms`, { cause }))
    }
    // Whether it is answered is seen from what comes; why it fails is told by the end of the session.
    const ping = () => void this.ping().catch(() => undefined)
    return new KeepAlive(options, this.#timers, { ping, giveUp })
  }

  /** The portal at which the session is: another one than was asked for, where the target has sent the login elsewhere. */
  get portal(): TcpAddress {
    return this.#settings.portal
  }

  /** How many commands are on their way or wait. */
  get pendingCommands(): number {
    return this.#commands.size
  }

  /** The logical unit of the URL that was connected to: `iscsi://host/target/3`; 0 where none was said. */
  get unit(): LogicalUnit {
    return this.lun(this.#settings.lun)
  }

  /**
   * A logical unit as the target numbers it; nothing is asked of the target.
   * @throws {TypeError} or {RangeError} for what is no logical unit number.
   */
  lun(lun: number): LogicalUnit {
    checkArgument('lun', lun, LUN)
    return new LogicalUnit(this, lun)
  }

  /**
   * Sends a command, when the window has room for it. The listener hears how it ends.
   * @throws {ConnectionError} when the session is over. {TypeError} or {RangeError} for a request that cannot be.
   */
  submit(request: CommandRequest, listener: CommandListener): CommandTask {
    checkRequest(request)
    checkListener(listener)
    if (this.#reason) throw this.#reason
    const task = this.#task(request, listener)
    this.#commands.add(task)
    this.#connection.flushSoon()
    return task
  }

  #task(request: CommandRequest, listener: CommandListener): CommandTask {
    const task = new CommandTask(request, listener)
    task.owner = this
    return task
  }

  /**
   * Sends a command, whatever status it ends with. One that is no longer waited for is aborted; when the target does not
   * answer that either, the connection is dropped.
   * @throws {ConnectionError} when the session is over. {TypeError} or {RangeError} for a request that cannot be.
   */
  execute(request: CommandRequest, patience: Patience = {}): Command {
    checkRequest(request)
    checkArgument('the options', patience, PATIENCE_OBJECT)
    checkPatience(patience)
    const { signal, timeoutMs = this.#settings.commandTimeoutMs } = patience
    const awaited = new AwaitedCommand()
    const { result } = awaited
    if (signal?.aborted) {
      const task = this.#task(request, awaited)
      awaited.giveUp(signal.reason, task)
      task.listener.failed(new AbortedError('the command was not sent'))
      return { result, task }
    }
    const task = this.submit(request, awaited)
    const what = `${request.name ?? 'the command'} of LUN ${request.lun}`
    awaited.stopWatching = watch({ signal, timeoutMs }, { what, timers: this.#timers }, reason => {
      awaited.giveUp(reason, task)
      void this.#takeBack(task)
    })
    return { result, task }
  }

  /** Ends a command for which nobody waits any longer, so that its memory is free. Never throws. */
  async #takeBack(task: CommandTask): Promise<void> {
    if (this.#commands.takeBack(task)) return
    try {
      const response = await this.#manage(TaskManagementFunction.abortTask, { task }, { timeoutMs: ABORT_TIMEOUT_MS })
      if (!ABORTED.has(response)) throw new TaskManagementError(response, 'ABORT TASK')
      this.#commands.drop(task)
    } catch (cause) {
      this.#connection.fail(
        new ConnectionError('the connection was dropped: a command could not be aborted', { cause }),
      )
    }
  }

  /** Pings the target; resolves with the data that came back. */
  async ping(data: Uint8Array = new Uint8Array(0), patience: Patience = {}): Promise<Uint8Array> {
    checkArgument('data', data, byteArray(0, this.parameters.TargetMaxRecvDataSegmentLength))
    checkOptions('ping', patience, PATIENCE)
    return this.#ask<Uint8Array>({ what: NopOut.name, patience }, tag => this.#sender.ping(tag, data))
  }

  /**
   * Runs a task management function; resolves with the target's answer, one of `TaskManagementResponseCode`. The
   * commands that a completed function ends fail with an AbortedError.
   */
  async taskManagement(
    what: TaskManagementFunction,
    target: TaskManagementTarget = {},
    patience: Patience = {},
  ): Promise<number> {
    checkArgument('the function', what, MANAGEMENT_FUNCTION)
    checkOptions('the target of the function', target, MANAGEMENT_TARGET)
    checkOptions('taskManagement', patience, PATIENCE)
    const { lun, command } = target
    if (command && command.task.owner !== this)
      throw new RangeError('the command is one of another session; right is one that this session has sent')
    if (command && this.#commands.takeBack(command.task)) return TaskManagementResponseCode.functionComplete
    return this.#manage(what, { ...(lun !== undefined && { lun }), ...(command && { task: command.task }) }, patience)
  }

  async #manage(what: TaskManagementFunction, about: ManagedTasks, patience: Patience): Promise<number> {
    const affected = this.#commands.tasks.all().filter(task => endedBy[what]?.(task, about))
    const response = await this.#ask<number>({ what: 'task management function', patience }, tag =>
      this.#sender.taskManagement(tag, what, about),
    )
    if (response === TaskManagementResponseCode.functionComplete) for (const task of affected) this.#commands.drop(task)
    return response
  }

  /**
   * Aborts a command, which then fails with an AbortedError unless it ended before.
   * @throws {TaskManagementError} when the target cannot; that there is no such task any more is no error.
   */
  async abort(command: Command, patience: Patience = {}): Promise<void> {
    checkArgument('command', command, MANAGEMENT_TARGET.command)
    const response = await this.taskManagement(TaskManagementFunction.abortTask, { command }, patience)
    if (!ABORTED.has(response)) throw new TaskManagementError(response, 'ABORT TASK')
  }

  /** Sends text keys and resolves with those that the target answers, all of them, however many PDUs they take. */
  async text(pairs: readonly TextPair[], patience: Patience = {}): Promise<TextPair[]> {
    checkArgument('pairs', pairs, TEXT_PAIRS)
    checkOptions('text', patience, PATIENCE)
    // RFC 7143 11.10.3: all requests of a sequence have one task tag.
    const tag = this.#requests.newTag()
    return exchangeText(pairs, this.parameters.TargetMaxRecvDataSegmentLength, piece =>
      this.#ask<TextAnswer>({ what: TextRequest.name, patience, tag }, () => this.#sender.text(tag, piece)),
    )
  }

  /** Sends a request that is no command, and waits for its answer. */
  async #ask<Answer>(
    { what, patience, tag = this.#requests.newTag() }: Asked,
    send: (tag: number) => void,
  ): Promise<Answer> {
    patience.signal?.throwIfAborted()
    if (this.#reason) throw this.#reason
    const answer = this.#requests.wait<Answer>(tag, what)
    try {
      send(tag)
    } catch (error) {
      this.#requests.forget(tag)
      throw error
    }
    this.#connection.flushSoon()
    const stopWatching = watch(patience, { what, timers: this.#timers }, reason => this.#requests.abandon(tag, reason))
    try {
      return await answer
    } finally {
      stopWatching()
    }
  }

  /**
   * Logs out and closes the connection; commands that have not ended fail. Waits for the target's answer no longer than
   * `LOGOUT_TIMEOUT_MS`, and closes without it then.
   * @throws {unknown} the signal's reason, or a {TimeoutError}, when a signal or a time was given and it struck: the
   * connection was dropped then. Nothing else.
   */
  async close(patience: Patience = {}): Promise<void> {
    checkOptions('close', patience, PATIENCE)
    const { promise, reject } = Promise.withResolvers<never>()
    if (patience.signal?.aborted) {
      this.destroy()
      throw patience.signal.reason
    }
    this.#closing ??= this.#logout()
    const stopWatching = watch(patience, { what: 'the logout', timers: this.#timers }, reason => {
      reject(reason)
      this.destroy()
    })
    try {
      await Promise.race([this.#closing, promise])
    } finally {
      stopWatching()
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #logout(): Promise<void> {
    this.#keepAlive?.stop()
    const giveUp = this.#timers.after(LOGOUT_TIMEOUT_MS, () => this.destroy())
    try {
      await this.#ask<number>({ what: LogoutRequest.name, patience: {} }, tag => this.#sender.logout(tag))
      this.#connection.close(new ConnectionError('the session was closed by logout'))
    } catch {
      // The connection went before the answer came: what was wanted.
      this.destroy()
    }
    await this.closed
    giveUp()
  }

  /** Drops the connection without a logout. */
  destroy(): void {
    this.#connection.fail(new ConnectionError('the connection was dropped without a logout'))
  }

  #notice(notice: AsyncNotice, listener: SessionListener): void {
    listener.asyncMessage?.(notice)
    if (notice.event === AsyncEvent.logoutRequest) void this.close()
  }

  /** @internal */
  header(header: ReceivedHeader): Uint8Array | typeof DROP {
    return this.#phase.header(header)
  }

  /** @internal */
  complete(header: ReceivedHeader, data: Uint8Array | undefined, digestRight: boolean): void {
    this.#phase.complete(header, data, digestRight)
  }

  /** @internal A signal for the parts of an operation that is waited for as a whole. */
  signalOf(patience: Patience, what: string): { signal: AbortSignal; release: () => void } {
    return signalOf(patience, { what, timers: this.#timers })
  }

  /** @internal What the session knows of its units, as far as attentions go. */
  get attentions(): Attentions {
    return this.#attentions
  }

  /** @internal */
  received(): void {
    this.#keepAlive?.heard()
    this.#commands.startWaiting()
  }

  /** @internal */
  ended(reason: ConnectionError): void {
    this.#reason = reason
    this.#keepAlive?.stop()
    this.#requests.fail(reason)
    this.#resolveClosed(this.#commands.fail(reason))
  }
}
