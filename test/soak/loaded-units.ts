import type { LunkitTarget, Storage } from 'lunkit'
import type { LoadedEdit } from './loaded-edit.ts'
import { planOf, type UnitPlan } from './unit-plan.ts'

const TAG = 1

/** The units under load of a program's target, which it changes as programs do. */
export class LoadedUnits {
  readonly #target: LunkitTarget
  readonly #storage: (plan: UnitPlan) => Storage
  /** The keys of disks that are open, and not a LUN. */
  readonly #unmapped = new Map<number, string>()

  constructor(target: LunkitTarget, storage: (plan: UnitPlan) => Storage) {
    this.#target = target
    this.#storage = storage
  }

  /** @throws {Error} when it cannot be done. */
  async perform(edit: LoadedEdit): Promise<void> {
    const { lun, kind } = edit
    if (kind === 'resize') await this.#target.resizeLun(lun, edit.blocks * planOf(lun).blockSizeBytes)
    else if (kind === 'close') await this.#target.removeLun(lun)
    else if (kind === 'unmap') await this.#unmap(lun)
    else await this.#restore(lun)
  }

  async #unmap(lun: number): Promise<void> {
    const { disk } = this.#target.luns.find(each => each.lun === lun) ?? {}
    if (!disk) throw new Error(`the target has no LUN ${lun}`)
    await this.#target.server.tree.apply([{ kind: 'unmapLun', ...this.#of(lun) }])
    this.#unmapped.set(lun, disk.key)
  }

  async #restore(lun: number): Promise<void> {
    const disk = this.#unmapped.get(lun)
    if (disk === undefined) await this.#target.addLun(this.#storage(planOf(lun)), { lun })
    else await this.#target.server.tree.apply([{ kind: 'mapLun', ...this.#of(lun), disk }])
    this.#unmapped.delete(lun)
  }

  #of(lun: number) {
    return { target: this.#target.name, tag: TAG, initiator: undefined, lun }
  }
}
