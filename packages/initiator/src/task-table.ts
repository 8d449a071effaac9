import { MAX_TASKS } from './limits.ts'
import type { CommandTask } from './task.ts'

/** From here on tags are those of requests that are no commands. */
export const FIRST_REQUEST_TAG = 0x8000_0000

/** The commands on their way, found by tag without hashing: a tag is a place and how often it was used. */
export class TaskTable {
  readonly #tasks: (CommandTask | undefined)[] = Array.from({ length: MAX_TASKS }, () => undefined)
  readonly #free = Array.from({ length: MAX_TASKS }, (_, i) => MAX_TASKS - 1 - i)
  readonly #tags = Uint32Array.from({ length: MAX_TASKS }, (_, i) => i)

  get full(): boolean {
    return this.#free.length === 0
  }

  get size(): number {
    return MAX_TASKS - this.#free.length
  }

  /** Gives a task its tag. The table must not be full. */
  add(task: CommandTask): void {
    const place = this.#free.pop() as number
    const next = (this.#tags[place] as number) + MAX_TASKS
    task.tag = this.#tags[place] = next < FIRST_REQUEST_TAG ? next : place
    this.#tasks[place] = task
  }

  find(tag: number): CommandTask | undefined {
    const task = this.#tasks[tag % MAX_TASKS]
    return task?.tag === tag ? task : undefined
  }

  remove(task: CommandTask): void {
    const place = task.tag % MAX_TASKS
    if (this.#tasks[place] !== task) return
    this.#tasks[place] = undefined
    this.#free.push(place)
  }

  /** The tasks on their way, in no order. */
  all(): CommandTask[] {
    return this.#tasks.filter(task => task !== undefined)
  }
}
