import {
  AsyncEvent,
  type Declared,
  DISCOVERY_TEXT_LIMITS,
  type DROP,
  encodeText,
  LogoutReason,
  LogoutRequest,
  NopOut,
  type Parameters,
  RESERVED_TAG,
  type ReceivedHeader,
  splitText,
  TaskManagementFunction,
  TaskManagementRequest,
  TaskManagementResponseCode,
  TextAssembler,
  TextError,
  type TextPair,
  TextRequest,
} from '@lunkit/pdu'
import { LUN } from '@lunkit/scsi/transport'
import { arrayOf, byteArray, checkArgument, checkOptions } from '@lunkit/wire'
import { checkListener, checkRequest, MANAGEMENT_FUNCTION, MANAGEMENT_TARGET } from './command-domain.ts'
import { CommandSender, lunField } from './command-sender.ts'
import { type Connection, type ConnectionHandler, thrown } from './connection.ts'
import { AbortedError, ConnectionError, ProtocolError, TaskManagementError } from './error.ts'
import { type AsyncNotice, FullFeature, type RejectNotice, type TextAnswer } from './full-feature.ts'
import { LOGOUT_TIMEOUT_MS } from './limits.ts'
import { LogicalUnit } from './logical-unit.ts'
import type { LoggedIn } from './login.ts'
import { Requests } from './requests.ts'
import type { Sequence } from './sequence.ts'
import { type CommandListener, type CommandRequest, type CommandResult, CommandTask } from './task.ts'
import { TaskTable } from './task-table.ts'
import type { Timers } from './timers.ts'

/** What a session tells its program without being asked. */
export interface SessionListener {
  /** An Asynchronous Message came. A target that asks for a logout gets it without further ado. */
  asyncMessage?(notice: AsyncNotice): void
  /** The target refused a PDU. What it belonged to fails by itself. */
  rejected?(notice: RejectNotice): void
}

/** @internal */
export interface SessionSettings {
  readonly listener: SessionListener
  readonly timers: Timers
  readonly strict: boolean
}

/** What a task management function is about. */
export interface TaskManagementTarget {
  readonly lun?: number
  /** The command meant by ABORT TASK and QUERY TASK. */
  readonly command?: Command
}

/** A command on its way: to wait for, and to abort. */
export interface Command {
  /** How it ended. Rejects when it has no status: aborted, rejected, connection lost. */
  readonly result: Promise<CommandResult>
  /** @internal */
  readonly task: CommandTask
}

const TEXT_PAIRS = arrayOf(
  {
    type: 'object',
    words: 'a key and its value',
    has: (pair: unknown) => Array.isArray(pair) && pair.length === 2 && pair.every(part => typeof part === 'string'),
  },
  'each of it a key and its value, [[key, value], ...]',
)

/** Of which tasks a function that is complete leaves nothing. */
const endedBy: Readonly<Record<number, (task: CommandTask, target: TaskManagementTarget) => boolean>> = {
  [TaskManagementFunction.abortTask]: (task, { command }) => task === command?.task,
  [TaskManagementFunction.abortTaskSet]: (task, { lun = 0 }) => task.request.lun === lun,
  [TaskManagementFunction.clearTaskSet]: (task, { lun = 0 }) => task.request.lun === lun,
  [TaskManagementFunction.logicalUnitReset]: (task, { lun = 0 }) => task.request.lun === lun,
  [TaskManagementFunction.targetWarmReset]: () => true,
  [TaskManagementFunction.targetColdReset]: () => true,
  [TaskManagementFunction.iTNexusReset]: () => true,
}

/** An iSCSI session of one connection in its full feature phase. */
export class Session implements ConnectionHandler, AsyncDisposable {
  /** What was negotiated. */
  readonly parameters: Parameters
  /** What the target said of itself in the login. */
  readonly declared: Readonly<Declared>
  /** The target's handle of the session, RFC 7143 11.13.3. */
  readonly tsih: number
  /** Resolves when the connection is gone, with the reason. */
  readonly closed: Promise<ConnectionError>
  readonly #connection: Connection
  readonly #sequence: Sequence
  readonly #tasks = new TaskTable()
  readonly #requests = new Requests()
  readonly #sender: CommandSender
  readonly #phase: FullFeature
  readonly #timers: Timers
  /** Commands that wait for the window, or for a place. */
  readonly #queue: CommandTask[] = []
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
    this.#sequence = sequence
    this.#timers = more.timers
    this.#sender = new CommandSender(connection.writer, sequence, parameters)
    this.#phase = new FullFeature({
      connection,
      sequence,
      parameters,
      tasks: this.#tasks,
      requests: this.#requests,
      sender: this.#sender,
      strict: more.strict,
      asyncMessage: notice => this.#notice(notice, more.listener),
      rejected: notice => more.listener.rejected?.(notice),
    })
  }

  /** How many commands are on their way or wait. */
  get pendingCommands(): number {
    return this.#tasks.size + this.#queue.length
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
    const task = new CommandTask(request, listener)
    task.owner = this
    if (this.#queue.length === 0 && this.#mayStart(task)) this.#start(task)
    else this.#queue.push(task)
    this.#connection.flushSoon()
    return task
  }

  /**
   * Sends a command, whatever status it ends with.
   * @throws {ConnectionError} when the session is over. {TypeError} or {RangeError} for a request that cannot be.
   */
  execute(request: CommandRequest): Command {
    const { promise, resolve, reject } = Promise.withResolvers<CommandResult>()
    // Who aborts a command need not look at how it ended.
    promise.catch(() => undefined)
    return { result: promise, task: this.submit(request, { ended: resolve, failed: reject }) }
  }

  /** Whether the window and the table have room. An immediate command needs no window. */
  #mayStart({ request }: CommandTask): boolean {
    return !this.#tasks.full && (request.immediate === true || this.#sequence.open)
  }

  #start(task: CommandTask): void {
    this.#tasks.add(task)
    this.#sender.send(task)
  }

  #startWaiting(): void {
    for (let task = this.#queue[0]; task && this.#mayStart(task); task = this.#queue[0]) {
      this.#queue.shift()
      this.#start(task)
    }
  }

  /** Pings the target; resolves with the data that came back. */
  async ping(data: Uint8Array = new Uint8Array(0)): Promise<Uint8Array> {
    checkArgument('data', data, byteArray(0, this.parameters.TargetMaxRecvDataSegmentLength))
    return this.#ask<Uint8Array>(NopOut.name, tag => {
      const request = this.#connection.writer.compose(NopOut)
      request.immediate = true
      request.initiatorTaskTag = tag
      request.targetTransferTag = RESERVED_TAG
      request.cmdSN = this.#sequence.cmdSN
      request.expStatSN = this.#sequence.expStatSN
      this.#connection.writer.endWith(data)
    })
  }

  /**
   * Runs a task management function; resolves with the target's answer, one of `TaskManagementResponseCode`. The
   * commands that a completed function ends fail with an AbortedError.
   */
  async taskManagement(what: TaskManagementFunction, target: TaskManagementTarget = {}): Promise<number> {
    checkArgument('the function', what, MANAGEMENT_FUNCTION)
    checkOptions('the target of the function', target, MANAGEMENT_TARGET)
    if (target.command && target.command.task.owner !== this)
      throw new RangeError('the command is one of another session; right is one that this session has sent')
    const waiting = target.command && this.#queue.indexOf(target.command.task)
    if (waiting !== undefined && waiting >= 0) return this.#abortWaiting(waiting)
    const affected = this.#tasks.all().filter(task => endedBy[what]?.(task, target))
    const response = await this.#ask<number>('task management function', tag =>
      this.#sendTaskManagement(tag, what, target),
    )
    if (response === TaskManagementResponseCode.functionComplete) for (const task of affected) this.#abort(task)
    return response
  }

  /** A command that was never sent is aborted here. */
  #abortWaiting(at: number): number {
    const [task] = this.#queue.splice(at, 1)
    task?.listener.failed(new AbortedError('the command was aborted before it was sent'))
    return TaskManagementResponseCode.functionComplete
  }

  #abort(task: CommandTask): void {
    if (this.#tasks.find(task.tag) !== task) return
    this.#tasks.remove(task)
    task.listener.failed(new AbortedError(`task ${task.tag} was aborted`))
  }

  #sendTaskManagement(tag: number, what: TaskManagementFunction, { lun = 0, command }: TaskManagementTarget): void {
    const task = command?.task
    const request = this.#connection.writer.compose(TaskManagementRequest)
    request.immediate = true
    request.function = what
    request.lun = lunField(task?.request.lun ?? lun)
    request.initiatorTaskTag = tag
    request.referencedTaskTag = task?.tag ?? RESERVED_TAG
    request.refCmdSN = task?.cmdSN ?? 0
    request.cmdSN = this.#sequence.cmdSN
    request.expStatSN = this.#sequence.expStatSN
    this.#connection.writer.end()
  }

  /**
   * Aborts a command, which then fails with an AbortedError unless it ended before.
   * @throws {TaskManagementError} when the target cannot; that there is no such task any more is no error.
   */
  async abort(command: Command): Promise<void> {
    checkArgument('command', command, MANAGEMENT_TARGET.command)
    const response = await this.taskManagement(TaskManagementFunction.abortTask, { command })
    if (
      response !== TaskManagementResponseCode.functionComplete &&
      response !== TaskManagementResponseCode.taskDoesNotExist
    )
      throw new TaskManagementError(response, 'ABORT TASK')
  }

  /** Sends text keys and resolves with those that the target answers, all of them, however many PDUs they take. */
  async text(pairs: readonly TextPair[]): Promise<TextPair[]> {
    checkArgument('pairs', pairs, TEXT_PAIRS)
    const pieces = splitText(encodeText(pairs), this.parameters.TargetMaxRecvDataSegmentLength)
    const assembler = new TextAssembler(DISCOVERY_TEXT_LIMITS)
    const answers: TextPair[] = []
    // RFC 7143 11.10.3: all requests of a sequence have one task tag.
    const tag = this.#requests.newTag()
    let transferTag = RESERVED_TAG
    for (let last = false; !last; ) {
      const piece = pieces.shift() ?? new Uint8Array(0)
      const continues = pieces.length > 0
      const send = () => this.#sendText({ tag, transferTag, piece, continues })
      const answer = await this.#ask<TextAnswer>(TextRequest.name, send, tag)
      answers.push(...(collect(assembler, answer) ?? []))
      transferTag = answer.transferTag
      last = answer.final && pieces.length === 0
    }
    return answers
  }

  #sendText(part: { tag: number; transferTag: number; piece: Uint8Array; continues: boolean }): void {
    const request = this.#connection.writer.compose(TextRequest)
    request.immediate = true
    request.final = !part.continues
    request.continues = part.continues
    request.initiatorTaskTag = part.tag
    request.targetTransferTag = part.transferTag
    request.cmdSN = this.#sequence.cmdSN
    request.expStatSN = this.#sequence.expStatSN
    this.#connection.writer.endWith(part.piece)
  }

  async #ask<Answer>(what: string, send: (tag: number) => void, tag = this.#requests.newTag()): Promise<Answer> {
    if (this.#reason) throw this.#reason
    const answer = this.#requests.wait<Answer>(tag, what)
    try {
      send(tag)
    } catch (error) {
      this.#requests.forget(tag)
      throw error
    }
    this.#connection.flushSoon()
    return answer
  }

  /** Logs out and closes the connection. Commands that have not ended fail. Never throws. */
  async close(): Promise<void> {
    this.#closing ??= this.#logout()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #logout(): Promise<void> {
    const giveUp = this.#timers.after(LOGOUT_TIMEOUT_MS, () => this.destroy())
    try {
      await this.#ask<number>(LogoutRequest.name, tag => this.#sendLogout(tag))
      this.#connection.close(new ConnectionError('the session was closed by logout'))
    } catch {
      // The connection went before the answer came: what was wanted.
      this.destroy()
    }
    await this.closed
    giveUp()
  }

  #sendLogout(tag: number): void {
    const request = this.#connection.writer.compose(LogoutRequest)
    request.immediate = true
    request.reason = LogoutReason.closeSession
    request.initiatorTaskTag = tag
    request.cmdSN = this.#sequence.cmdSN
    request.expStatSN = this.#sequence.expStatSN
    this.#connection.writer.end()
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

  /** @internal */
  received(): void {
    this.#startWaiting()
  }

  /** @internal */
  ended(reason: ConnectionError): void {
    this.#reason = reason
    this.#requests.fail(reason)
    let told = reason
    for (const task of [...this.#tasks.all(), ...this.#queue.splice(0)]) {
      this.#tasks.remove(task)
      try {
        task.listener.failed(reason)
      } catch (error) {
        told = thrown(error) // the others must hear of the end all the same
      }
    }
    this.#resolveClosed(told)
  }
}

function collect(assembler: TextAssembler, { data, continues }: TextAnswer): TextPair[] | undefined {
  try {
    return assembler.add(data, continues)
  } catch (error) {
    if (error instanceof TextError) throw new ProtocolError(`Text Response: ${error.message}`, { cause: error })
    throw error
  }
}
