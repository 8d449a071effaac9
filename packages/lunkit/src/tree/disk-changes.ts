import type { TargetDevice } from '@lunkit/scsi-engine'
import type { Disk } from '../disk.ts'
import type { DiskChange } from './transaction.ts'

/** Changes disks while they are served, and back again. */
export class DiskChanges {
  readonly #device: TargetDevice
  readonly #undos: (() => Promise<unknown>)[] = []

  constructor(device: TargetDevice) {
    this.#device = device
  }

  /** @throws {RangeError} or {Error} for attributes that the unit cannot have, or a size that the store cannot have. */
  async make({ disk, storage, resize }: DiskChange): Promise<void> {
    const { unit } = disk
    const before = await this.#device.changeAttributes(unit, storage.unit(disk.store).attributes ?? {})
    this.#undos.push(() => this.#device.changeAttributes(unit, before))
    if (!resize) return
    await setSize(disk, resize.to)
    this.#undos.push(() => setSize(disk, resize.from))
  }

  /** Makes all as it was, the last first; what fails goes to `errors`. */
  async undo(errors: Error[]): Promise<void> {
    for (const undo of this.#undos.toReversed())
      await undo().catch((error: unknown) => errors.push(error instanceof Error ? error : new Error(String(error))))
  }
}

async function setSize({ name, store }: Disk, sizeBytes: number | undefined): Promise<void> {
  const fault = await store.resize(sizeBytes)
  if (fault === undefined) return
  const wanted = sizeBytes === undefined ? 'the size of its medium' : `${sizeBytes} bytes`
  throw new Error(`${store.plugin}/${name} cannot have ${wanted}: ${fault}`)
}
