import { naaDigits } from '@lunkit/config'
import type { DiskEvent, FlushFailure } from 'lunkit'
import type { Logger } from '../log/logger.ts'
import { type FlushFault, type FlushFaults, type KeptFault, keptFault } from '../state/flush-faults.ts'
import { whyOf } from '../why.ts'

/** A disk as the log names it, with the serial number by which its fault is kept. */
type FaultyDisk = Pick<FlushFailure, 'disk' | 'serial'>

/** Where faults are kept, and who hears that they could not be. */
export interface DiskFaultsOptions {
  readonly kept: FlushFaults
  readonly log: Pick<Logger, 'error'>
}

/** The faults of disks, from a flush that failed until somebody clears it: whoever opens the disk meanwhile opens it with its fault. */
export class DiskFaults {
  readonly #options: DiskFaultsOptions
  /** What the state does not have yet, or could not be given, by serial number; undefined: it was cleared. */
  readonly #unkept = new Map<string, KeptFault | undefined>()
  readonly #underWay = new Set<Promise<void>>()

  constructor(options: DiskFaultsOptions) {
    this.#options = options
  }

  /** The fault of the disk with a serial number; undefined where it has none. */
  of(serial: string): KeptFault | undefined {
    const key = naaDigits(serial)
    return this.#unkept.has(key) ? this.#unkept.get(key) : this.#options.kept.of(serial)
  }

  /** Keeps what a disk says of its fault; resolves when it is kept, or the log says why it is not. */
  heard(disk: FaultyDisk, event: DiskEvent): Promise<void> {
    const kept = this.#heard(disk, event).finally(() => this.#underWay.delete(kept))
    this.#underWay.add(kept)
    return kept
  }

  /** Resolves when all that was heard is kept, or the log says why it is not. */
  async settled(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  async #heard(disk: FaultyDisk, event: DiskEvent): Promise<void> {
    if (event.kind === 'flushFailed') await this.#note(disk, { at: new Date(), fault: event.kind, cause: event.cause })
    if (event.kind === 'faultCleared') await this.#clear(disk)
  }

  /** Keeps the faults of disks that could not be flushed when they were closed; resolves as `heard` does. */
  async closed(failures: readonly FlushFailure[]): Promise<void> {
    await Promise.all(failures.map(failure => this.#note(failure, { at: new Date(), fault: failure.fault })))
  }

  #note(disk: FaultyDisk, fault: FlushFault): Promise<void> {
    const { kept } = this.#options
    const first = this.of(disk.serial) ?? keptFault(disk.serial, fault)
    return this.#keep(disk, {
      fault: first,
      written: kept.note(disk.serial, fault),
      otherwise: 'When lunkitd starts again, the disk is served as if no flush had failed',
    })
  }

  #clear(disk: FaultyDisk): Promise<void> {
    return this.#keep(disk, {
      fault: undefined,
      written: this.#options.kept.clear(disk.serial),
      otherwise: 'When lunkitd starts again, the disk refuses writes and flushes as before',
    })
  }

  /** Holds in this process from now on, whatever becomes of the write. */
  async #keep(
    { disk, serial }: FaultyDisk,
    { fault, written, otherwise }: { fault: KeptFault | undefined; written: Promise<unknown>; otherwise: string },
  ): Promise<void> {
    const key = naaDigits(serial)
    this.#unkept.set(key, fault)
    try {
      await written
      if (this.#unkept.get(key) === fault) this.#unkept.delete(key)
    } catch (error) {
      this.#options.log.error(
        { event: 'diskFaultNotKept', disk, serial, err: error },
        `${disk}: ${whyOf(error)}. ${otherwise}`,
      )
    }
  }
}
