import type { AttributeChanges, TargetDevice } from '@lunkit/scsi-engine'
import type { Disk } from '../disk.ts'
import { asError } from './step-error.ts'
import type { DiskChange } from './transaction.ts'

/** Changes disks while they are served, and back again. */
export class DiskChanges {
  readonly #device: TargetDevice
  readonly #undos: (() => Promise<unknown>)[] = []

  constructor(device: TargetDevice) {
    this.#device = device
  }

  /**
   * Changes disks until one cannot be, or with `lenient` all that can be; answers what cannot, by the step. What a smaller disk had
   * behind its end does not come back with an undo, so that sizes come last, and smaller ones after all others.
   */
  async make(changes: Iterable<DiskChange>, lenient: boolean): Promise<ReadonlyMap<number, Error>> {
    const failures = new Map<number, Error>()
    const attempt = async (change: DiskChange, act: (change: DiskChange) => Promise<void>): Promise<void> => {
      const isOver = failures.has(change.at) || (failures.size > 0 && !lenient)
      if (!isOver) await act(change).catch((error: unknown) => failures.set(change.at, asError(error)))
    }
    const all = [...changes]
    for (const change of all) await attempt(change, each => this.#changeAttributes(each))
    for (const change of all) await attempt(change, each => this.#adapt(each))
    for (const change of [...all.filter(each => !shrinks(each)), ...all.filter(shrinks)])
      await attempt(change, each => this.#resize(each))
    return failures
  }

  /** Makes all as it was, the last first; what fails goes to `errors`. */
  async undo(errors: Error[]): Promise<void> {
    for (const undo of this.#undos.toReversed()) await undo().catch((error: unknown) => errors.push(asError(error)))
  }

  async #changeAttributes({ disk, from, to }: DiskChange): Promise<void> {
    const { store, unit } = disk
    const changes = { ...withoutValues(from.unit(store).attributes ?? {}), ...to.unit(store).attributes }
    const before = await this.#device.changeAttributes(unit, changes)
    this.#undos.push(() => this.#device.changeAttributes(unit, before))
  }

  async #adapt({ disk, to }: DiskChange): Promise<void> {
    const undo = to.adapt?.(disk.store)
    if (undo) this.#undos.push(async () => undo())
  }

  async #resize({ disk, resize }: DiskChange): Promise<void> {
    if (!resize) return
    await setSize(disk, resize.to)
    this.#undos.push(() => setSize(disk, resize.from))
  }
}

const shrinks = ({ resize }: DiskChange): boolean =>
  resize?.from !== undefined && resize.to !== undefined && resize.to < resize.from

/** What a storage says no more has its default again. */
const withoutValues = (attributes: object): AttributeChanges =>
  Object.fromEntries(Object.keys(attributes).map(name => [name, undefined]))

async function setSize({ name, store }: Disk, sizeBytes: number | undefined): Promise<void> {
  const fault = await store.resize(sizeBytes)
  if (fault === undefined) return
  const wanted = sizeBytes === undefined ? 'the size of its medium' : `${sizeBytes} bytes`
  throw new Error(`${store.plugin}/${name} cannot have ${wanted}: ${fault}`)
}
