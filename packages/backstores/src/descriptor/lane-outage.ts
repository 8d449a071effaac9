import { fdatasync } from 'node:fs'
import { LaneJob, LaneOperation } from '../lanes/lane-job.ts'
import type { LaneAccess } from '../lanes/lane-set.ts'
import type { FaultCause } from '../store/fault-cause.ts'
import { StoreFault } from '../store/store-fault.ts'
import type { DescriptorAccount } from './descriptor-account.ts'

/** Hears how an outage ends. */
export interface OutageOwner {
  /** The store can serve again. */
  outageOver(): void
  /** The descriptor leads to another file, or the file is shorter: the store cannot serve any more. */
  fileChanged(): void
  /** A dead lane was told that data could not be brought to stable storage, and did not pass it on. */
  syncFailedUnheard(cause: FaultCause | undefined): void
}

/** What an outage looks at. */
export interface OutageOptions {
  /** See OpenedFile. */
  readonly witnessFd: number | undefined
  /** Whether the descriptor still leads to what was opened. */
  readonly isSame: () => boolean
  readonly affinity: LaneAccess
  readonly owner: OutageOwner
  readonly account: DescriptorAccount
}

class WitnessJob extends LaneJob {
  override operation: LaneOperation = LaneOperation.sync
  readonly #outage: LaneOutage

  constructor(outage: LaneOutage, fd: number) {
    super()
    this.#outage = outage
    this.fd = fd
  }

  ended(): void {
    this.#outage.ended(this)
  }
}

/**
 * A store's time without its lane. Before it serves again it is looked at what the descriptor leads to: that must still be
 * the same, and if the lane died while it flushed, the second opening of it tells whether that flush failed.
 */
export class LaneOutage {
  readonly #options: OutageOptions
  readonly #affinity: LaneAccess
  readonly #owner: OutageOwner
  readonly #witness: WitnessJob | undefined
  #lanesDown = 0
  #checking = false
  #lostFile = false
  #unheard = false
  #checked = Promise.resolve()
  #forgotten = Promise.resolve()
  #endCheck = (): void => {}

  constructor(options: OutageOptions) {
    const { witnessFd, affinity, owner } = options
    this.#options = options
    this.#affinity = affinity
    this.#owner = owner
    this.#witness = witnessFd === undefined ? undefined : new WitnessJob(this, witnessFd)
  }

  /** Whether the store can serve. */
  get isOver(): boolean {
    return this.#lanesDown === 0 && !this.#checking && !this.#lostFile
  }

  /** What a store answers that cannot serve. */
  get fault(): StoreFault {
    return this.#lostFile ? StoreFault.gone : StoreFault.laneLost
  }

  /** Whether the descriptor still leads to the file that was opened. */
  get hasFile(): boolean {
    return !this.#lostFile
  }

  /** Whether an operation was lost that may have been told of a failed flush. */
  get hasUnheard(): boolean {
    return this.#unheard
  }

  /** A lane has died; true when the store could serve until now. */
  begin(): boolean {
    const served = this.isOver
    this.#lanesDown++
    return served
  }

  /** An operation was lost while it may have been bringing data to stable storage. */
  syncLost(): void {
    this.#unheard = true
  }

  /** A lane is back. */
  laneUp(): void {
    this.#lanesDown--
    if (this.#lanesDown > 0 || this.#checking || this.#lostFile) return
    this.#lostFile = !this.#options.isSame()
    if (this.#lostFile) return this.#owner.fileChanged()
    if (!this.#unheard) return this.#owner.outageOver()
    if (!this.#witness) return this.#heard(true)
    this.#checking = true
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#checked = promise
    this.#endCheck = resolve
    this.#affinity.submit(this.#witness)
  }

  /** Resolves when none of the file's descriptors is in use on this object's behalf. */
  async idle(): Promise<void> {
    await this.#checked
    await this.#forgotten
  }

  /** Makes the second opening forget the failures that it has not reported yet. */
  forgetFailures(): void {
    const { witnessFd } = this.#options
    if (witnessFd === undefined) return
    const before = this.#forgotten
    this.#forgotten = new Promise(resolve => fdatasync(witnessFd, () => resolve(before)))
  }

  /** @internal the witness has been asked */
  ended(job: LaneJob): void {
    this.#checking = false
    this.#endCheck()
    // The lane died again: asked anew when it is back.
    if (job.lost) return
    const { account } = this.#options
    this.#heard(job.result < 0, job.result < 0 ? account.failed(-job.result, job.call) : undefined)
  }

  #heard(failed: boolean, cause?: FaultCause): void {
    this.#unheard = false
    if (failed) this.#owner.syncFailedUnheard(cause)
    this.#owner.outageOver()
  }
}
