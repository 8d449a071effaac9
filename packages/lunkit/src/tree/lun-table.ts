import type { PortGroup } from '@lunkit/scsi-engine'
import { viewOf } from '@lunkit/target'
import type { LunEntry, SeenLuns } from './lun-entry.ts'

/**
 * The disks that an initiator sees by their numbers, or all that an access rule lets in, or with `undefined` all initiators that have
 * no table of their own.
 */
export class LunTable implements SeenLuns {
  readonly initiator: string | undefined
  readonly #router: PortGroup
  /** What stays when the table goes: an initiator without one sees those of all, who came in by a rule nothing. */
  readonly #left: [] | undefined
  readonly #entries = new Map<number, LunEntry>()
  #present = true

  constructor(router: PortGroup, initiator: string | undefined, rule?: string) {
    this.#router = router
    this.initiator = rule === undefined ? initiator : viewOf(rule)
    this.#left = rule === undefined ? undefined : []
  }

  get entries(): ReadonlyMap<number, LunEntry> {
    return this.#entries
  }

  set(lun: number, entry: LunEntry | undefined): LunEntry | undefined {
    const before = this.#entries.get(lun)
    before?.node.places.delete(before)
    if (entry) this.#entries.set(lun, entry)
    else this.#entries.delete(lun)
    entry?.node.places.add(entry)
    return before
  }

  /** Whether the initiator is to have the table; without it, nothing of it is any disk's place. */
  set present(present: boolean) {
    this.#present = present
    for (const entry of this.#entries.values()) entry.node.places[present ? 'add' : 'delete'](entry)
  }

  async publish(luns: Iterable<number>): Promise<void> {
    if (!this.#present) return this.#withdraw()
    if (!this.#router.lunMap(this.initiator)) this.#router.mapLuns(this.initiator, [])
    await Promise.all([...luns].flatMap(lun => this.#publishOne(lun) ?? []))
  }

  #publishOne(lun: number): Promise<void> | undefined {
    const entry = this.#entries.get(lun)
    const unit = entry?.node.disk?.unit
    if (entry && unit) this.#router.mapLun(this.initiator, { lun, unit, writeProtected: entry.writeProtected })
    // A disk that was closed is not in the map any more.
    else if (this.#router.lunMap(this.initiator)?.has(lun)) return this.#router.unmapLun(this.initiator, lun)
    return undefined
  }

  async #withdraw(): Promise<void> {
    const luns = [...(this.#router.lunMap(this.initiator)?.keys() ?? [])]
    const gone = luns.map(lun => this.#router.unmapLun(this.initiator, lun))
    this.#router.mapLuns(this.initiator, this.#left)
    await Promise.all(gone)
  }
}
