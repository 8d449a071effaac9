import { SPARE_EXECUTIONS } from '../limits.ts'
import type { Services } from '../services.ts'
import { TaskExecution } from './task-execution.ts'

/** Ended executions that wait for the next tasks, so that the hot path makes no objects. */
export class SpareExecutions {
  readonly #services: Services
  readonly #spares: TaskExecution[] = []

  constructor(services: Services) {
    this.#services = services
  }

  take(): TaskExecution {
    return this.#spares.pop() ?? new TaskExecution(this.#services)
  }

  give(execution: TaskExecution): void {
    if (this.#spares.length < SPARE_EXECUTIONS) this.#spares.push(execution)
  }
}
