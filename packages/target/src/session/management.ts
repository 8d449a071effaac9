import {
  TaskManagementResponseCode as Code,
  TaskManagementFunction as Function,
  TaskManagementResponse as ResponsePdu,
  type TaskManagementRequest,
} from '@lunkit/pdu'
import {
  decodeLun,
  type Nexus,
  TaskManagementResponse as Response,
  type TaskManagementFunction as ScsiFunction,
} from '@lunkit/scsi/transport'
import { dataView, layout, serialBefore, serialWithin, u64, type View } from '@lunkit/wire'
import type { EngineDepth } from '../connection/engine-depth.ts'
import type { Outbox } from '../connection/outbox.ts'
import { Counter } from '../statistics.ts'
import { type IscsiTask, TaskLife } from '../transfer/task.ts'
import type { CommandWindow } from './command-window.ts'
import { type FunctionRow, functions, Scope } from './management-functions.ts'
import type { TaskRegister } from './task-register.ts'
import { TransferWait, type TransferWaitSession, transferTags } from './transfer-wait.ts'

/** The connection that a function came on, and is answered on. */
export interface ManagementConnection {
  readonly outbox: Outbox
  readonly engine: EngineDepth
  readonly closed: boolean
}

/** The session whose tasks are managed. */
export interface ManagementSession extends TransferWaitSession {
  readonly nexus: Nexus
  readonly window: CommandWindow
  readonly tasks: TaskRegister
  readonly closed: boolean
  /** A number is not waited for any more: what waited for it follows. */
  nextInOrder(): void
  /** A reset has ended the session. */
  endByReset(): void
}

/** A function as its PDU asks for it. */
interface Asked {
  readonly connection: ManagementConnection
  readonly function: Function
  readonly tag: number
  readonly lun: number
  readonly referencedTag: number
  readonly cmdSN: number
  readonly refCmdSN: number
}

const codes: Readonly<Record<Response, Code>> = {
  complete: Code.functionComplete,
  succeeded: Code.functionSucceeded,
  rejected: Code.functionRejected,
  incorrectLun: Code.lunDoesNotExist,
  taskDoesNotExist: Code.taskDoesNotExist,
}

const LunField = layout({ name: 'LUN', spec: 'RFC 7143 11.2.1.7', size: 8, fields: { lun: u64(0) } })

const lunBytes = dataView(new Uint8Array(LunField.size))

/** The task management functions of a session, RFC 7143 11.5. */
export class Management {
  readonly #session: ManagementSession
  /** Tags of the functions under way. */
  readonly #tags = new Set<number>()
  /** Functions that wait for the commands before them. */
  #waiting: Asked[] = []
  /** Functions that are done, and wait for data that was asked for. */
  readonly #waits = new Set<TransferWait>()

  constructor(session: ManagementSession) {
    this.#session = session
  }

  serve(view: View<typeof TaskManagementRequest.fields>, connection: ManagementConnection): void {
    LunField.compose(lunBytes).lun = view.lun
    const asked: Asked = {
      connection,
      function: view.function,
      tag: view.initiatorTaskTag,
      lun: decodeLun(lunBytes),
      referencedTag: view.referencedTaskTag,
      cmdSN: view.cmdSN,
      refCmdSN: view.refCmdSN,
    }
    const row = functions[asked.function] as FunctionRow | undefined
    if (!row) return this.#respond(asked, Code.functionNotSupported)
    // RFC 7143 7.2.2: nothing is reassigned below ErrorRecoveryLevel 2.
    if (row.scsi === undefined) return this.#respond(asked, Code.reassignmentNotSupported)
    const underWay = this.#tags.size + this.#waiting.length
    if (underWay >= this.#session.limits.managementFunctions) {
      this.#session.statistics.add(Counter.managementFunctionsRefused)
      return this.#respond(asked, Code.functionRejected)
    }
    if (this.#mustWait(asked, row)) this.#waiting.push(asked)
    else this.#run(asked, row)
  }

  /** A numbered request was delivered: runs the functions that waited for it. */
  next(): void {
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = []
    for (const asked of waiting) {
      const row = functions[asked.function]
      if (this.#mustWait(asked, row)) this.#waiting.push(asked)
      else this.#run(asked, row)
    }
  }

  /** The answer to an R2T is in, or is not waited for any more. */
  transferEnded(targetTransferTag: number): void {
    if (this.#waits.size > 0) for (const wait of [...this.#waits]) wait.answered(targetTransferTag)
  }

  close(): void {
    this.#waiting = []
    for (const wait of this.#waits) wait.cancel()
    this.#waits.clear()
  }

  /** RFC 7143 4.2.3.3 b: the commands that a function affects are received first; target resets do not wait. */
  #mustWait({ cmdSN }: Asked, { scope }: FunctionRow): boolean {
    return scope === Scope.unit && serialBefore(this.#session.window.expCmdSN, cmdSN)
  }

  #run(asked: Asked, row: FunctionRow): void {
    if (row.scope !== Scope.task) return this.#manage(asked, row)
    const response = this.#outside(asked, row)
    if (response === undefined) return this.#manage(asked, row)
    const { statistics, nexus } = this.#session
    statistics.add(Counter.managementFunctions)
    nexus.answered({ function: row.scsi as ScsiFunction, lun: asked.lun }, response)
    this.#respond(asked, codes[response])
  }

  /** What is said of a task that the device server does not have: not yet, or not any more. Undefined: it has it. */
  #outside(asked: Asked, row: FunctionRow): Response | undefined {
    // RFC 7143 11.5.1: functions are no tasks that could be aborted.
    if (this.#tags.has(asked.referencedTag)) return Response.rejected
    const task = this.#session.tasks.find(asked.referencedTag)
    if (!task) return this.#ofMissingTask(asked, row)
    if (task.life === TaskLife.running) return undefined
    return row.ends ? this.#endOutside(task) : Response.succeeded
  }

  #endOutside(task: IscsiTask): Response {
    // Its failure is being cleaned up, and its answer follows.
    if (task.life === TaskLife.failing) return Response.taskDoesNotExist
    const { window } = this.#session
    if (task.life === TaskLife.arrived && !task.immediate && window.release(task.cmdSN)) window.plug(task.cmdSN)
    task.silence()
    return Response.complete
  }

  /** RFC 7143 11.6.1 b and c. What is only asked about may still come. */
  #ofMissingTask({ cmdSN, refCmdSN }: Asked, { ends }: FunctionRow): Response {
    const { window } = this.#session
    if (!serialWithin(refCmdSN, window.expCmdSN, window.maxCmdSN) || !serialBefore(refCmdSN, cmdSN))
      return Response.taskDoesNotExist
    if (ends) {
      window.plug(refCmdSN)
      this.#session.nextInOrder()
    }
    return Response.complete
  }

  #manage(asked: Asked, row: FunctionRow): void {
    const { tag, lun, referencedTag, connection } = asked
    const session = this.#session
    this.#tags.add(tag)
    session.statistics.add(Counter.managementFunctions)
    // What was silent before was ended before: its data is not waited for, nor will it come.
    const ended = row.waits ? this.#covered(asked, row).filter(task => !task.silent) : []
    let response: Response | undefined
    let transferring = row.waits === true
    let concluded = false
    const conclude = (): void => {
      if (concluded || response === undefined || (transferring && response === Response.complete)) return
      concluded = true
      this.#conclude(asked, response)
    }
    const done = (given: Response): void => {
      response = given
      if (!session.closed && given === Response.complete && row.ends && row.scope !== Scope.task)
        this.#silence(asked, row)
      conclude()
    }
    connection.engine.into()
    const request = { function: row.scsi as ScsiFunction, lun, done }
    session.nexus.manage(row.scope === Scope.task ? { ...request, tag: referencedTag } : request)
    connection.engine.outOf()
    if (!transferring || concluded) return
    this.#afterTransfers(transferTags(ended), () => {
      transferring = false
      conclude()
    })
  }

  #afterTransfers(tags: readonly number[], then: () => void): void {
    const session = this.#session
    if (tags.length === 0 || session.limits.abortWaitMs === 0 || session.closed) return then()
    const over = (wait: TransferWait): void => {
      this.#waits.delete(wait)
      then()
    }
    this.#waits.add(new TransferWait(session, tags, over))
  }

  #conclude(asked: Asked, response: Response): void {
    this.#tags.delete(asked.tag)
    if (asked.connection.closed) return
    this.#respond(asked, codes[response])
    if (response === Response.complete) this.#endSessions(asked.function)
  }

  /** RFC 7143 11.5.1: of the tasks that a function covers nothing is said after its own answer. */
  #silence(asked: Asked, row: FunctionRow): void {
    for (const task of this.#covered(asked, row)) if (task.life === TaskLife.ended) task.silence()
  }

  #covered({ lun, cmdSN }: Asked, { scope }: FunctionRow): IscsiTask[] {
    return this.#session.tasks
      .all()
      .filter(
        task => (scope === Scope.target || task.lun === lun) && (task.immediate || serialBefore(task.cmdSN, cmdSN)),
      )
  }

  /** RFC 7143 11.5.1: TARGET COLD RESET ends every session of the target; RFC 7144 6.3: I_T NEXUS RESET its own. */
  #endSessions(asked: Function): void {
    if (asked !== Function.targetColdReset && asked !== Function.iTNexusReset) return
    this.#session.endByReset()
  }

  #respond({ tag, connection }: Asked, response: Code): void {
    const { outbox } = connection
    const out = outbox.answer(ResponsePdu)
    out.initiatorTaskTag = tag
    out.response = response
    outbox.end()
  }
}
