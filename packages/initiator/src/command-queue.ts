import type { CommandSender } from './command-sender.ts'
import { thrown } from './connection.ts'
import { AbortedError, type ConnectionError } from './error.ts'
import type { Sequence } from './sequence.ts'
import type { CommandTask } from './task.ts'
import { TaskTable } from './task-table.ts'

/** The commands of a session: those on their way, and those that wait for the window, or for a place. */
export class CommandQueue {
  readonly tasks = new TaskTable()
  readonly #waiting: CommandTask[] = []
  readonly #sequence: Sequence
  readonly #sender: CommandSender

  constructor(sequence: Sequence, sender: CommandSender) {
    this.#sequence = sequence
    this.#sender = sender
  }

  get size(): number {
    return this.tasks.size + this.#waiting.length
  }

  /** Sends a command, now or when there is room for it. */
  add(task: CommandTask): void {
    if (this.#waiting.length === 0 && this.#mayStart(task)) this.#start(task)
    else this.#waiting.push(task)
  }

  /** Sends what there is room for by now. */
  startWaiting(): void {
    for (let task = this.#waiting[0]; task && this.#mayStart(task); task = this.#waiting[0]) {
      this.#waiting.shift()
      this.#start(task)
    }
  }

  /** Whether the window and the table have room. An immediate command needs no window. */
  #mayStart({ request }: CommandTask): boolean {
    return !this.tasks.full && (request.immediate === true || this.#sequence.open)
  }

  #start(task: CommandTask): void {
    this.tasks.add(task)
    this.#sender.send(task)
  }

  /** Fails a command that was never sent; false for one that was. */
  takeBack(task: CommandTask): boolean {
    const at = this.#waiting.indexOf(task)
    if (at < 0) return false
    this.#waiting.splice(at, 1)
    task.listener.failed(new AbortedError('the command was aborted before it was sent'))
    return true
  }

  /** Fails a command that the target does not know any more. */
  drop(task: CommandTask): void {
    if (this.tasks.find(task.tag) !== task) return
    this.tasks.remove(task)
    task.listener.failed(new AbortedError(`task ${task.tag} was aborted`))
  }

  /** Fails all of them; what is to be told of the end, which a listener that throws changes. */
  fail(reason: ConnectionError): ConnectionError {
    let told = reason
    for (const task of [...this.tasks.all(), ...this.#waiting.splice(0)]) {
      this.tasks.remove(task)
      try {
        task.listener.failed(reason)
      } catch (error) {
        told = thrown(error) // the others must hear of the end all the same
      }
    }
    return told
  }
}
