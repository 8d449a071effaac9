import type { PortalAddress } from '@lunkit/target'
import type { Disk } from '../disk.ts'
import type { ApplyOptions } from './apply-options.ts'
import { DiskChanges } from './disk-changes.ts'
import type { DiskNode } from './lun-entry.ts'
import { asError } from './step-error.ts'
import type { Opening, Transaction } from './transaction.ts'
import type { TreeResources } from './tree-parts.ts'

/** What a transaction needs opened before anybody is told of it: what can fail fails here. */
export class Preparation {
  readonly #resources: TreeResources
  readonly #transaction: Transaction
  readonly #opened = new Map<DiskNode, Disk>()
  readonly #replaced: DiskNode[] = []
  readonly #failures = new Map<number, Error>()
  readonly #changes: DiskChanges
  readonly #lenient: boolean
  readonly #signal: AbortSignal | undefined

  constructor(resources: TreeResources, transaction: Transaction, { leaveOut, signal }: ApplyOptions) {
    this.#resources = resources
    this.#transaction = transaction
    this.#changes = new DiskChanges(resources.device)
    this.#lenient = leaveOut !== undefined
    this.#signal = signal
  }

  /** Opens disks, then portals, so that nobody comes before there is something; answers what cannot be, by the step. */
  async open(): Promise<ReadonlyMap<number, Error>> {
    for (const opening of this.#transaction.openings) {
      if (this.#isOver) return this.#failures
      await this.#openDisk(opening)
    }
    if (!this.#isOver) await this.#openPortals()
    // Initiators notice these: last, so that they need not be undone.
    if (this.#isOver) return this.#failures
    const failures = await this.#changes.make(this.#transaction.diskChanges, this.#lenient)
    for (const [at, error] of failures) this.#failures.set(at, error)
    return this.#failures
  }

  /** Whether nothing more needs to be opened: it will all be undone. */
  get #isOver(): boolean {
    return this.#signal?.aborted === true || (this.#failures.size > 0 && !this.#lenient)
  }

  /** Closes what was opened, and opens what was closed, when the tree is again as it was. Answers what could not be. */
  async undo(): Promise<readonly Error[]> {
    const errors: Error[] = []
    await this.#changes.undo(errors)
    for (const [node, disk] of this.#opened) {
      node.disk = undefined
      await this.#resources.close(disk)
    }
    for (const node of this.#replaced.toReversed()) await this.#reopen(node, errors)
    await this.#resources.server.adjustPortals()
    return errors
  }

  async #openDisk({ at, node, replaced }: Opening): Promise<void> {
    try {
      if (replaced) await this.#closeReplaced(replaced)
      const disk = await this.#resources.open(node)
      node.disk = disk
      this.#opened.set(node, disk)
      this.#transaction.touchPlaces(node)
    } catch (error) {
      this.#failures.set(at, asError(error))
    }
  }

  async #closeReplaced({ node, disk }: NonNullable<Opening['replaced']>): Promise<void> {
    this.#replaced.push(node)
    node.disk = undefined
    this.#transaction.flushFailures.push(...(await this.#resources.close(disk)))
  }

  /** The tree is as it was, so that the storage is that which the disk was opened with. */
  async #reopen(node: DiskNode, errors: Error[]): Promise<void> {
    try {
      node.disk = await this.#resources.open(node)
      for (const { table, lun } of node.places) await table.publish([lun])
    } catch (error) {
      errors.push(asError(error))
    }
  }

  async #openPortals(): Promise<void> {
    const asked = [...this.#transaction.portals]
    if (asked.length === 0) return
    const portals: readonly PortalAddress[] = asked.map(([, portal]) => portal)
    const failures = await this.#resources.server.adjustPortals(portals)
    for (const [at, portal] of asked) {
      const failure = failures.get(portal)
      if (failure) this.#failures.set(at, failure)
    }
  }
}
