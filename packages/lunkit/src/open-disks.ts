import { type Lanes, type Store, type StoreOpeningEvent, StoreOperation, StoreRequest } from '@lunkit/backstores'
import type { TargetDevice, UnitEvent } from '@lunkit/scsi-engine'
import { derivedSerial } from './derived-names.ts'
import type { Disk, FlushFailure } from './disk.ts'
import type { DiskEvent } from './server-options.ts'
import type { Storage } from './storage.ts'
import type { DiskOpening } from './tree/tree-parts.ts'

/** What disks are opened with, and who hears of them. */
interface OpenDisksOptions {
  readonly device: TargetDevice
  /** The worker lanes, which are started when they are first asked for. */
  readonly lanes: () => Lanes
  /** By plugin and name: `fileio/disk0`. */
  readonly tell: (disk: string, event: DiskEvent) => void
}

/** The disks of a server that are open: each a store, and the logical unit that is made of it. */
export class OpenDisks {
  readonly #device: TargetDevice
  readonly #lanes: () => Lanes
  readonly #tell: (disk: string, event: DiskEvent) => void
  readonly #disks = new Set<Disk>()
  /** While the server ends: those of which dirty data may be lost if the process ends now. */
  readonly #unflushed = new Set<Disk>()

  constructor({ device, lanes, tell }: OpenDisksOptions) {
    this.#device = device
    this.#lanes = lanes
    this.#tell = tell
  }

  /** Those that are open now. */
  get all(): Iterable<Disk> {
    return this.#disks
  }

  /** Once the server ends: those that are not flushed yet, by plugin and name. */
  get unflushed(): readonly string[] {
    return [...this.#unflushed].map(({ store }) => titleOf(store))
  }

  /** Opens a disk; what becomes of its store and its unit is told from then on. */
  async open({ storage, key, target }: DiskOpening): Promise<Disk> {
    const found: StoreOpeningEvent[] = []
    const opened = (event: StoreOpeningEvent) => void found.push(event)
    const store = await storage.open({ name: storage.name ?? key, lanes: this.#lanes, opened })
    for (const event of found) this.#tell(titleOf(store), event)
    try {
      const listener = (event: UnitEvent) => this.#tell(titleOf(store), event)
      const options = storage.unit(store)
      const serial = options.identity?.serial ?? (await madeSerial(storage, store, target))
      const identity = { ...options.identity, ...(serial !== undefined && { serial }) }
      const title = target === undefined ? titleOf(store) : `${titleOf(store)} of ${target}`
      const unit = this.#device.addUnit(store, { ...options, identity, title, listener })
      const disk = { key, name: store.name, store, unit }
      this.#disks.add(disk)
      return disk
    } catch (error) {
      await store.close()
      throw error
    }
  }

  /** Takes a disk away, flushed; answers when it could not be. */
  async close(disk: Disk): Promise<readonly FlushFailure[]> {
    const { store, unit } = disk
    await this.#device.removeUnit(unit)
    const fault = await store.close()
    this.#unflushed.delete(disk)
    this.#disks.delete(disk)
    return fault === undefined ? [] : [{ disk: titleOf(store), serial: unit.identity.serial, fault }]
  }

  /** The server ends: whatever is open is not flushed yet. */
  end(): void {
    for (const disk of this.#disks) this.#unflushed.add(disk)
  }

  /** An operation does not end, and the process may be ended with it: what can be flushed is, before that. */
  flush(): void {
    for (const disk of this.#unflushed) {
      const flushed = ({ fault }: StoreRequest): void => {
        if (fault === undefined) this.#unflushed.delete(disk)
      }
      const request = new StoreRequest({ completed: flushed })
      request.operation = StoreOperation.flush
      if (disk.store.submit(request)) flushed(request)
    }
  }
}

/**
 * The serial number of a disk that is given none: its own way to make one, else what no other disk has in common, its target,
 * plugin and name. Undefined where that is not known: the unit then has one that lasts as long as it does.
 */
async function madeSerial(storage: Storage, { plugin, name }: Store, target?: string): Promise<string | undefined> {
  if (storage.makeSerial) return storage.makeSerial()
  return target === undefined ? undefined : derivedSerial(['disk', target, plugin, name])
}

/** A disk as an administrator knows it: `fileio/disk0`. */
const titleOf = ({ plugin, name }: Disk['store']): string => `${plugin}/${name}`
