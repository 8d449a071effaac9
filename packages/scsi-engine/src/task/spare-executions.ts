import { SPARE_EXECUTIONS } from '../limits.ts'
import type { Services } from '../services.ts'
import { TaskExecution } from './task-execution.ts'

/** Ended executions that wait for the next tasks, so that the hot path makes no objects. */
export class SpareExecutions {
  readonly #spares: TaskExecution[] = []

  take(services: Services): TaskExecution {
    return this.#spares.pop() ?? new TaskExecution(services)
  }

  give(execution: TaskExecution): void {
    if (this.#spares.length < SPARE_EXECUTIONS) this.#spares.push(execution)
  }
}
