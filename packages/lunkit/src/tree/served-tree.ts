import { checkArgument } from '@lunkit/wire'
import type { Disk } from '../disk.ts'
import { NAME } from '../disk-options.ts'
import type { ApplyOptions } from './apply-options.ts'
import { type Applied, Conclusion } from './conclusion.ts'
import { leftOutDisks, leftOutPortals } from './left-out.ts'
import type { Owner } from './owner.ts'
import { Preparation } from './preparation.ts'
import { ProtocolThread } from './protocol-thread.ts'
import { publish } from './publication.ts'
import type { Step } from './step.ts'
import { checkSteps } from './step-check.ts'
import { asError, StepError } from './step-error.ts'
import { Transaction } from './transaction.ts'
import { TreeParts, type TreeResources } from './tree-parts.ts'

/**
 * All that is served: disks, targets, portal groups, portals, ACLs, LUNs. It changes by steps, all of them or none. They are first
 * done to the tree alone, then what they need is opened; only then, in one turn of the event loop, are initiators told.
 * Changes are made one after the other.
 */
export class ServedTree {
  readonly #parts: TreeParts
  readonly #owner: Owner
  readonly #conclusion = new Conclusion()
  #turn: Promise<unknown> = Promise.resolve()
  #closed = false

  /** @internal */
  constructor(resources: TreeResources) {
    this.#parts = new TreeParts(resources)
    this.#owner = new ProtocolThread(this.#parts)
  }

  /** @internal what there is, for who composes steps */
  get parts(): TreeParts {
    return this.#parts
  }

  /**
   * A disk by its key; undefined where there is none, or it could not be opened.
   * @throws {TypeError} or {RangeError} for what is no key.
   */
  disk(key: string): Disk | undefined {
    checkArgument('disk: key', key, NAME)
    return this.#parts.disks.get(key)?.disk
  }

  /** The steps that try again what could not be opened and was left out. */
  get leftOut(): readonly Step[] {
    const { disks, targets, resources } = this.#parts
    return [...leftOutDisks(disks.values()), ...leftOutPortals(targets, resources.server)]
  }

  /**
   * Does steps in their order, all or none; a function is asked for them when it is their turn. Resolves when what they have taken
   * away has ended: sessions, the tasks of LUNs, disks; or after ten seconds, with what is still waited for.
   * @throws {TypeError} or {RangeError} for what are no steps, before anything is done. {StepError} for a step that could not be
   * done. {Error} when the server is closed.
   */
  apply(steps: readonly Step[] | (() => readonly Step[]), options: ApplyOptions = {}): Promise<Applied> {
    return this.#inTurn(async () => {
      if (this.#closed) throw new Error('the server is closed; nothing of it changes any more')
      const asked = typeof steps === 'function' ? steps() : steps
      checkSteps(asked, options)
      return this.#apply(asked, options)
    })
  }

  /** Takes away all that there is, and waits for it however long it takes; nothing changes any more then. */
  close(): Promise<Applied> {
    this.#closed = true
    return this.#inTurn(async () => {
      const transaction = new Transaction()
      for (const step of this.#toNothing()) this.#perform(step, transaction, 0)
      publish(this.#parts, transaction, this.#conclusion)
      await this.#conclusion.all()
      return { flushFailures: transaction.flushFailures, waitingFor: [] }
    })
  }

  #toNothing(): Step[] {
    const { targets, disks } = this.#parts
    return [
      ...[...targets].map(({ name: target }) => ({ kind: 'removeTarget', target }) as const),
      ...[...disks.keys()].map(disk => ({ kind: 'closeDisk', disk }) as const),
    ]
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(change)
    this.#turn = done.catch(() => {})
    return done
  }

  async #apply(steps: readonly Step[], options: ApplyOptions): Promise<Applied> {
    const transaction = new Transaction()
    for (const [at, step] of steps.entries()) this.#perform(step, transaction, at)
    const { resources } = this.#parts
    const { leaveOut, signal } = options
    const preparation = new Preparation(resources, transaction, options)
    const failures = await preparation.open()
    if (signal?.aborted) {
      transaction.rollBack()
      await preparation.undo()
      throw signal.reason
    }
    for (const [at, error] of failures) {
      const failure = { step: steps[at] as Step, error }
      if (leaveOut) leaveOut(failure)
      else {
        transaction.rollBack()
        throw new StepError(failure, await preparation.undo())
      }
    }
    publish(this.#parts, transaction, this.#conclusion)
    const waitingFor = await this.#conclusion.soon(resources.timers)
    return { flushFailures: transaction.flushFailures, waitingFor }
  }

  /** Does a step to the tree; what cannot be done undoes those before it. */
  #perform(step: Step, transaction: Transaction, at: number): void {
    try {
      this.#ownerOf(step).perform(step, { transaction, at })
    } catch (error) {
      transaction.rollBack()
      throw new StepError({ step, error: asError(error) }, [])
    }
  }

  /** Who owns the unit or the target that a step is about. */
  #ownerOf(_step: Step): Owner {
    return this.#owner
  }
}
