import type { CommandListener, CommandRequest, CommandResult, CommandTask } from './task.ts'

/** A command whose end a promise tells, for as long as its program waits for it. */
export class AwaitedCommand implements CommandListener {
  readonly result: Promise<CommandResult>
  /** Ends the watch over the program's patience. */
  stopWatching: () => void = () => undefined
  readonly #resolve: (result: CommandResult) => void
  readonly #reject: (reason: unknown) => void
  #gaveUp = false
  #reason: unknown

  constructor() {
    const { promise, resolve, reject } = Promise.withResolvers<CommandResult>()
    // Who aborts a command need not look at how it ended.
    promise.catch(() => undefined)
    this.result = promise
    this.#resolve = resolve
    this.#reject = reject
  }

  ended(result: CommandResult): void {
    this.stopWatching()
    if (this.#gaveUp) this.#reject(this.#reason)
    else this.#resolve(result)
  }

  failed(error: Error): void {
    this.stopWatching()
    this.#reject(this.#gaveUp ? this.#reason : error)
  }

  /**
   * The program waits no longer. The promise rejects at once, unless memory of the program's is in use: then when it is
   * free, because the command has ended, was aborted, or has lost its connection.
   */
  giveUp(reason: unknown, task: CommandTask): void {
    this.#gaveUp = true
    this.#reason = reason
    if (!borrowsMemory(task.request)) this.#reject(reason)
  }
}

const borrowsMemory = ({ read, write }: CommandRequest): boolean => write !== undefined || typeof read === 'object'
