import { TaskAttribute } from '@lunkit/scsi/transport'
import type { BlockRange } from '../commands/execution.ts'
import { ExecutionState } from './execution-state.ts'
import { FREE, Order, rankOf, waitsFor } from './ordering.ts'
import { RangeFilter } from './range-filter.ts'
import type { TaskExecution } from './task-execution.ts'
import type { TaskList } from './task-list.ts'

const EXCLUSIVE = rankOf(Order.exclusive)

/**
 * Who holds which blocks of a logical unit, and who waits for whom by the ordering matrix. A task holds its blocks from
 * its acceptance until it has left, so that those that conflict run in the order of coming, whatever their nexus.
 */
export class HeldBlocks {
  readonly #tasks: TaskList
  #filter = new RangeFilter()

  constructor(tasks: TaskList) {
    this.#tasks = tasks
  }

  /** A task was accepted: finds out whom it waits for, and lets it hold its blocks. */
  arrive(task: TaskExecution): void {
    const { rank, firstBlock, endBlock } = task
    if (this.#filter.isCrowded) this.#grow(task)
    if (this.#filter.mayWait(rank, firstBlock, endBlock)) this.#findBlockers(task)
    this.#filter.add(rank, firstBlock, endBlock)
  }

  /** Many tasks at once: the filter would send nearly every newcomer through all of them. */
  #grow(newcomer: TaskExecution): void {
    this.#filter = this.#filter.larger()
    for (let task = this.#tasks.first; task; task = task.newer)
      if (task !== newcomer && task.rank !== FREE) this.#filter.add(task.rank, task.firstBlock, task.endBlock)
  }

  #findBlockers(task: TaskExecution): void {
    const jumps = task.attribute === TaskAttribute.headOfQueue
    for (let other = this.#tasks.first; other; other = other.newer) {
      if (other === task || !conflicts(task, other)) continue
      // A dormant task that is no HEAD OF QUEUE task waits until this one has left, so that it is in nobody's way.
      if (jumps && other.state === ExecutionState.dormant && other.attribute !== TaskAttribute.headOfQueue) continue
      block(task, other)
    }
  }

  /**
   * An enabled task lets go of what it holds and takes these blocks. It waits for enabled tasks only, and dormant ones
   * that conflict wait for it: nothing that runs ever waits for something dormant, which rules a circle out.
   * @returns whether it has them at once; otherwise it hears so by `occupied`.
   */
  occupy(task: TaskExecution, { lba, blocks }: BlockRange): boolean {
    this.letGo(task)
    task.setRange(EXCLUSIVE, lba, lba + blocks)
    for (let other = this.#tasks.first; other; other = other.newer) {
      if (other === task) continue
      if (other.state === ExecutionState.dormant) {
        if (conflicts(other, task)) block(other, task)
      } else if (conflicts(task, other)) block(task, other)
    }
    this.#filter.add(task.rank, task.firstBlock, task.endBlock)
    return task.blockers === 0
  }

  /** The task does not hold its blocks any more; those that waited for it wait for one less. */
  letGo(task: TaskExecution): void {
    if (task.rank === FREE) return
    this.#filter.remove(task.rank, task.firstBlock, task.endBlock)
    task.setRange(FREE, 0, 0)
    const { dependents } = task
    if (dependents.length === 0) return
    for (const waiter of dependents)
      if (--waiter.blockers === 0 && waiter.state === ExecutionState.enabled) waiter.occupied()
    dependents.length = 0
  }

  /** The task waits for nobody any more: it was aborted. */
  withdraw(task: TaskExecution): void {
    if (task.blockers === 0) return
    task.blockers = 0
    for (let other = this.#tasks.first; other; other = other.newer) {
      const at = other.dependents.indexOf(task)
      if (at >= 0) other.dependents.splice(at, 1)
    }
  }
}

const conflicts = (task: TaskExecution, earlier: TaskExecution): boolean =>
  earlier.rank !== FREE && task.rank !== FREE && waitsFor(task.rank, earlier.rank) && task.overlaps(earlier)

function block(task: TaskExecution, by: TaskExecution): void {
  by.dependents.push(task)
  task.blockers++
}
