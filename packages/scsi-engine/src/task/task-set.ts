import { Status, type Task, TaskAttribute } from '@lunkit/scsi/transport'
import type { BlockRange } from '../commands/execution.ts'
import { NEXUSES_AT_FULL_DEPTH } from '../limits.ts'
import type { Services } from '../services.ts'
import { CommandAccount, operationPlaces } from '../statistics/command-account.ts'
import { unitMetrics } from '../statistics/unit-metrics.ts'
import type { LogicalUnit } from '../unit/logical-unit.ts'
import { UnitMemory } from '../unit/unit-memory.ts'
import { admit } from './admission.ts'
import type { Drain } from './drain.ts'
import { ExecutionState, moved } from './execution-state.ts'
import { HeldBlocks } from './held-blocks.ts'
import { FREE } from './ordering.ts'
import type { ServedType } from './served-type.ts'
import type { SpareExecutions } from './spare-executions.ts'
import type { TaskExecution } from './task-execution.ts'
import { TaskList } from './task-list.ts'
import type { TaskHome, TaskPlace } from './task-place.ts'

/** Which tasks are aborted, and how each is ended. */
export interface Abort {
  readonly which: (execution: TaskExecution) => boolean
  /** Called for a task that has not ended: `terminate`, or `abandon`. */
  readonly end: (execution: TaskExecution) => void
  readonly drain: Drain
}

/** What a task set is made of, beside its unit. */
export interface TaskSetParts {
  /** The unit's type. */
  readonly type: ServedType
  readonly services: Services
  readonly spares: SpareExecutions
}

/**
 * The task set of a logical unit (SAM-5 8), for all its nexuses: accepts tasks, lets each begin when the task
 * attributes and the ordering matrix allow it, and keeps it until nothing of it runs any more.
 */
export class TaskSet implements TaskHome<TaskExecution> {
  readonly unit: LogicalUnit
  readonly type: ServedType
  /** For what the unit's commands do not get from transports. */
  readonly memory: UnitMemory
  readonly #spares: SpareExecutions
  readonly #tasks = new TaskList()
  readonly #blocks = new HeldBlocks(this.#tasks)
  /** Dormant tasks in the order in which they are looked at. */
  readonly #dormant: TaskExecution[] = []
  /** Dormant tasks are being looked at, or must not be for now; who asks for it meanwhile has it done afterwards. */
  #busy = false
  #again = false

  constructor(unit: LogicalUnit, { type, services, spares }: TaskSetParts) {
    this.unit = unit
    this.type = type
    this.memory = new UnitMemory(services.slab)
    this.#spares = spares
  }

  /** How many tasks have not left. */
  get count(): number {
    return this.#tasks.count
  }

  /** Takes a task, or ends it with TASK SET FULL (SAM-5 5.3). */
  submit(task: Task, itl: TaskPlace<TaskExecution>): void {
    if (this.#isFullFor(itl)) {
      this.#refuse(task, itl)
      return
    }
    const execution = this.#spares.take()
    execution.begin(task, itl)
    itl.taskCount++
    this.#tasks.add(execution)
    if (execution.rank !== FREE) this.#blocks.arrive(execution)
    if (this.#isRefusedAtOnce(execution)) this.#blocks.withdraw(execution)
    if (this.#mayBegin(execution)) this.#enable(execution, false)
    else this.#wait(execution)
  }

  #wait(execution: TaskExecution): void {
    this.unit.account.row.add(unitMetrics.at.waitingTasks)
    if (execution.attribute === TaskAttribute.headOfQueue) this.#dormant.unshift(execution)
    else this.#dormant.push(execution)
  }

  /** A dormant task does not wait any more. */
  #waited(at: number): void {
    this.unit.account.row.add(unitMetrics.at.waitingTasks, -1)
    this.#dormant.splice(at, 1)
  }

  /** One nexus takes no more than its depth; in a full set there is still a place for a nexus that has none. */
  #isFullFor({ taskCount }: TaskPlace<TaskExecution>): boolean {
    const { queueDepth } = this.unit.attributes
    if (taskCount >= queueDepth) return true
    return this.#tasks.count >= queueDepth * NEXUSES_AT_FULL_DEPTH && taskCount > 0
  }

  /** TASK SET FULL, which counts as any end of a command does. */
  #refuse(task: Task, { rows }: TaskPlace<TaskExecution>): void {
    const found = this.type.commands.find(task.cdb)
    const account = new CommandAccount()
    account.begin(this.unit.account.clock, rows, typeof found === 'string' ? operationPlaces.other : found.places)
    account.ended(Status.taskSetFull, undefined, { rangeBytes: 0 })
    account.leave()
    task.finish(Status.taskSetFull)
  }

  #mayBegin(execution: TaskExecution): boolean {
    if (execution.blockers > 0) return false
    return execution.row?.neverWaits || this.#isRefusedAtOnce(execution) || this.#tasks.mayBegin(execution)
  }

  /** Whether the task would only be refused, because the unit hangs: it waits for nobody, who may never end. */
  #isRefusedAtOnce({ row }: TaskExecution): boolean {
    return this.unit.readiness.hangs && row?.whileNotReady !== true
  }

  /** An operation of an aborted task does not return: the unit is not ready, also for those that waited for that task. */
  quarantine(): void {
    this.unit.quarantine()
    for (const execution of this.#dormant) if (this.#isRefusedAtOnce(execution)) this.#blocks.withdraw(execution)
    if (this.#dormant.length > 0) this.#advance()
  }

  #enable(execution: TaskExecution, waited: boolean): void {
    if (waited) execution.account.waited()
    execution.state = moved(execution.state, ExecutionState.enabled)
    if (admit(execution)) execution.run()
    else this.leave(execution)
  }

  /** The task has ended and nothing of it runs any more. Called by its execution. */
  leave(execution: TaskExecution): void {
    execution.itl.taskCount--
    this.#tasks.remove(execution)
    this.#blocks.letGo(execution)
    if (execution.leavers.length > 0) for (const gone of execution.leavers) gone()
    execution.reset()
    this.#spares.give(execution)
    if (this.#dormant.length > 0) this.#advance()
  }

  /** An enabled task takes blocks that it learned of from its data. */
  occupy(execution: TaskExecution, range: BlockRange): void {
    if (this.#blocks.occupy(execution, range)) execution.occupied()
    // What it held before may be free for others.
    if (this.#dormant.length > 0) this.#advance()
  }

  /** Enables what may begin now, the oldest first. Tasks that end meanwhile lead to another round, not to recursion. */
  #advance(): void {
    this.#again = true
    if (this.#busy) return
    this.#busy = true
    while (this.#again) {
      this.#again = false
      this.#enableReady()
    }
    this.#busy = false
  }

  #enableReady(): void {
    const dormant = this.#dormant
    for (let at = 0; at < dormant.length; ) {
      const execution = dormant[at] as TaskExecution
      if (this.#mayBegin(execution)) {
        this.#waited(at)
        this.#enable(execution, true)
      } else if (execution.attribute === TaskAttribute.ordered) return
      else at++
    }
  }

  /** Whether a task of that nexus (and tag, if given) is in the set and has not ended. */
  has(which: (execution: TaskExecution) => boolean): boolean {
    return this.#tasks.select(task => task.state !== ExecutionState.ended && which(task)).length > 0
  }

  /** Resolves when the tasks that have begun by now have left. */
  begunLeft(): Promise<void> {
    return new Promise(resolve => this.whenLeft(task => task.state !== ExecutionState.dormant, resolve))
  }

  /** Calls `then` when those tasks have left that there are by now. */
  whenLeft(which: (execution: TaskExecution) => boolean, then: () => void): void {
    const there = this.#tasks.select(which)
    let left = there.length
    const gone = (): void => {
      if (--left === 0) then()
    }
    if (left === 0) then()
    else for (const { leavers } of there) leavers.push(gone)
  }

  /**
   * Aborts tasks. Dormant ones leave at once; enabled ones when what runs of them has ended, which `drain` waits for,
   * as it does for those that an earlier abort has ended already.
   * @returns how many had not ended.
   */
  abort({ which, end, drain }: Abort): number {
    const busy = this.#busy
    this.#busy = true // nothing is enabled by the abort of one task that is to be aborted itself
    let aborted = 0
    for (const execution of this.#tasks.select(task => isAbortable(task) && which(task))) {
      if (execution.state !== ExecutionState.ended) aborted++
      this.#abortOne(execution, end, drain)
    }
    this.#busy = busy
    if (this.#dormant.length > 0) this.#advance()
    return aborted
  }

  #abortOne(execution: TaskExecution, end: (execution: TaskExecution) => void, drain: Drain): void {
    const { sequence, state } = execution
    this.#blocks.withdraw(execution)
    if (state !== ExecutionState.ended) end(execution)
    if (state === ExecutionState.dormant) {
      this.#waited(this.#dormant.indexOf(execution))
      this.leave(execution)
      return
    }
    if (state === ExecutionState.enabled) execution.stopWaiting()
    if (execution.state !== ExecutionState.spare && execution.sequence === sequence) drain.wait(execution)
  }
}

/** A task that was answered, and of which something runs in the background, is no task any more. */
const isAbortable = (execution: TaskExecution): boolean =>
  execution.state !== ExecutionState.ended || execution.terminated
