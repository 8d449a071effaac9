import { TaskAttribute } from '@lunkit/scsi/transport'
import type { TaskExecution } from './task-execution.ts'

/** The tasks of a task set that have not left: HEAD OF QUEUE ones first, the last of them foremost, then by age. */
export class TaskList {
  #first: TaskExecution | undefined
  #last: TaskExecution | undefined
  #count = 0
  #sequence = 0
  #headsOfQueue = 0
  /** ORDERED tasks by age. */
  readonly #ordered: TaskExecution[] = []

  get count(): number {
    return this.#count
  }

  get first(): TaskExecution | undefined {
    return this.#first
  }

  add(execution: TaskExecution): void {
    const { attribute } = execution
    execution.sequence = ++this.#sequence
    this.#count++
    if (attribute === TaskAttribute.headOfQueue) {
      this.#headsOfQueue++
      this.#link(execution, undefined, this.#first)
      return
    }
    if (attribute === TaskAttribute.ordered) this.#ordered.push(execution)
    this.#link(execution, this.#last, undefined)
  }

  remove(execution: TaskExecution): void {
    const { attribute, older, newer } = execution
    this.#count--
    if (attribute === TaskAttribute.headOfQueue) this.#headsOfQueue--
    else if (attribute === TaskAttribute.ordered) this.#ordered.splice(this.#ordered.indexOf(execution), 1)
    if (older) older.newer = newer
    else this.#first = newer
    if (newer) newer.older = older
    else this.#last = older
    execution.older = undefined
    execution.newer = undefined
  }

  /**
   * Whether the task attributes let a task begin (SAM-5 8): HEAD OF QUEUE at once; ORDERED when everything before it
   * has left; SIMPLE when no HEAD OF QUEUE task and no older ORDERED one is left.
   */
  mayBegin(execution: TaskExecution): boolean {
    const { attribute } = execution
    if (attribute === TaskAttribute.headOfQueue) return true
    if (attribute === TaskAttribute.ordered) return this.#first === execution
    if (this.#headsOfQueue > 0) return false
    const ordered = this.#ordered[0]
    return ordered === undefined || ordered.sequence > execution.sequence
  }

  /** Those that `which` picks, in the order of the list. */
  select(which: (execution: TaskExecution) => boolean): TaskExecution[] {
    const found: TaskExecution[] = []
    for (let at = this.#first; at; at = at.newer) if (which(at)) found.push(at)
    return found
  }

  #link(execution: TaskExecution, older: TaskExecution | undefined, newer: TaskExecution | undefined): void {
    execution.older = older
    execution.newer = newer
    if (older) older.newer = execution
    else this.#first = execution
    if (newer) newer.older = execution
    else this.#last = execution
  }
}
