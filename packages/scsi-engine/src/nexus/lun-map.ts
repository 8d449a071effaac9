import { SERVED_LUNS } from '@lunkit/scsi/transport'
import { MAPPED_LUNS } from '../limits.ts'
import type { LogicalUnit } from '../unit/logical-unit.ts'

/** One line of a LUN map: a unit under the number by which an initiator sees it. */
export interface LunMapping {
  readonly lun: number
  readonly unit: LogicalUnit
  /** Refuses what changes the medium, through this number. */
  readonly writeProtected?: boolean
}

/**
 * The LUN maps of a target port group: one for each initiator that has its own, and one for all others. Nobody sees a
 * unit that is not in the initiator's map.
 */
export class LunMaps {
  readonly #byInitiator = new Map<string, readonly LunMapping[]>()
  #default: readonly LunMapping[] = []

  /** What the initiator sees. */
  for(initiatorName: string): readonly LunMapping[] {
    return this.#byInitiator.get(initiatorName) ?? this.#default
  }

  /**
   * Sets the map of an initiator, or with `undefined` the map of all that have none; without entries an initiator's own
   * map is taken away.
   * @throws {RangeError} for a number out of range or mapped twice, or too many of them.
   */
  set(initiatorName: string | undefined, entries: readonly LunMapping[] | undefined): void {
    if (entries) check(initiatorName ?? 'the default map', entries)
    if (initiatorName === undefined) this.#default = entries ?? []
    else if (entries) this.#byInitiator.set(initiatorName, entries)
    else this.#byInitiator.delete(initiatorName)
  }

  /** Takes a unit out of every map. */
  forget(unit: LogicalUnit): void {
    const without = (entries: readonly LunMapping[]) => entries.filter(entry => entry.unit !== unit)
    this.#default = without(this.#default)
    for (const [name, entries] of this.#byInitiator) this.#byInitiator.set(name, without(entries))
  }

  /** Every unit that some initiator can see. */
  units(): Set<LogicalUnit> {
    const units = new Set(this.#default.map(({ unit }) => unit))
    for (const entries of this.#byInitiator.values()) for (const { unit } of entries) units.add(unit)
    return units
  }
}

function check(whose: string, entries: readonly LunMapping[]): void {
  if (entries.length > MAPPED_LUNS)
    throw new RangeError(`${whose}: ${entries.length} logical units are mapped; ${MAPPED_LUNS} are the most`)
  const seen = new Set<number>()
  for (const { lun } of entries) {
    if (!Number.isInteger(lun) || lun < 0 || lun >= SERVED_LUNS)
      throw new RangeError(`${whose}: LUN ${lun} is not between 0 and ${SERVED_LUNS - 1}`)
    if (seen.has(lun)) throw new RangeError(`${whose}: LUN ${lun} is mapped twice`)
    seen.add(lun)
  }
}
