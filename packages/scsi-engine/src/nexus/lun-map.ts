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

const NO_LUNS: ReadonlySet<number> = new Set()

/** Which units are seen, by number; and by which numbers each unit, so that a change looks at what it touches alone. */
export class LunMap {
  readonly #byLun = new Map<number, LunMapping>()
  readonly #lunsOf = new Map<LogicalUnit, Set<number>>()

  /**
   * @param whose what messages call the map.
   * @throws {RangeError} for a number out of range or mapped twice, or too many of them.
   */
  constructor(entries: readonly LunMapping[], whose: string) {
    check(whose, entries)
    for (const entry of entries) this.set(entry)
  }

  /** The numbers that are mapped, in no order. */
  get luns(): Iterable<number> {
    return this.#byLun.keys()
  }

  /** All that is mapped, by number. */
  get entries(): ReadonlyMap<number, LunMapping> {
    return this.#byLun
  }

  /** What is mapped under the number. */
  get(lun: number): LunMapping | undefined {
    return this.#byLun.get(lun)
  }

  /** The numbers under which the unit is seen. */
  lunsOf(unit: LogicalUnit): ReadonlySet<number> {
    return this.#lunsOf.get(unit) ?? NO_LUNS
  }

  /** The units that are seen, each once. */
  get units(): Iterable<LogicalUnit> {
    return this.#lunsOf.keys()
  }

  /** Maps a number, whatever it was before. */
  set(entry: LunMapping): void {
    this.delete(entry.lun)
    this.#byLun.set(entry.lun, entry)
    const luns = this.#lunsOf.get(entry.unit)
    if (luns) luns.add(entry.lun)
    else this.#lunsOf.set(entry.unit, new Set([entry.lun]))
  }

  /** Takes a number away. @returns what was mapped there. */
  delete(lun: number): LunMapping | undefined {
    const entry = this.#byLun.get(lun)
    if (!entry) return undefined
    this.#byLun.delete(lun)
    const luns = this.#lunsOf.get(entry.unit)
    luns?.delete(lun)
    if (luns?.size === 0) this.#lunsOf.delete(entry.unit)
    return entry
  }
}

/**
 * The LUN maps of a target port group: one for each initiator that has its own, and one for all others. Nobody sees a
 * unit that is not in the initiator's map.
 */
export class LunMaps {
  readonly #byInitiator = new Map<string, LunMap>()
  #default = new LunMap([], DEFAULT)
  /** The maps that each unit is in. */
  readonly #mapsOf = new Map<LogicalUnit, Set<LunMap>>()

  /** What the initiator sees. */
  for(initiatorName: string): LunMap {
    return this.#byInitiator.get(initiatorName) ?? this.#default
  }

  /** The initiator's own map, or with `undefined` that of all which have none; undefined where it has none of its own. */
  find(initiatorName: string | undefined): LunMap | undefined {
    return initiatorName === undefined ? this.#default : this.#byInitiator.get(initiatorName)
  }

  /**
   * The initiator's own map, or with `undefined` that of all which have none.
   * @throws {RangeError} where the initiator has none of its own.
   */
  of(initiatorName: string | undefined): LunMap {
    const own = this.find(initiatorName)
    if (!own) throw new RangeError(`${initiatorName} has no LUN map of its own; right is one that mapLuns() has made`)
    return own
  }

  /**
   * Sets the map of an initiator, or with `undefined` the map of all that have none; without entries an initiator's own
   * map is taken away.
   * @throws {RangeError} for a number out of range or mapped twice, or too many of them; nothing has changed then.
   */
  set(initiatorName: string | undefined, entries: readonly LunMapping[] | undefined): void {
    const map = new LunMap(entries ?? [], initiatorName ?? DEFAULT)
    this.#forgetMap(initiatorName === undefined ? this.#default : this.#byInitiator.get(initiatorName))
    if (initiatorName === undefined) this.#default = map
    else if (entries) this.#byInitiator.set(initiatorName, map)
    else this.#byInitiator.delete(initiatorName)
    for (const unit of map.units) this.#enter(unit, map)
  }

  /**
   * Maps one number, whatever it was before.
   * @throws {RangeError} where the initiator has no map of its own, and for a number out of range.
   */
  setOne(initiatorName: string | undefined, entry: LunMapping): void {
    const map = this.of(initiatorName)
    checkLun(initiatorName ?? DEFAULT, entry.lun)
    this.#takeOut(map, entry.lun)
    map.set(entry)
    this.#enter(entry.unit, map)
  }

  /**
   * Takes one number away.
   * @throws {RangeError} where the initiator has no map of its own, or nothing is mapped there.
   */
  deleteOne(initiatorName: string | undefined, lun: number): void {
    const map = this.of(initiatorName)
    if (!map.get(lun)) throw new RangeError(`${initiatorName ?? DEFAULT}: LUN ${lun} is not mapped`)
    this.#takeOut(map, lun)
  }

  /** Takes a unit out of every map. @returns the numbers that it had, by map. */
  forget(unit: LogicalUnit): ReadonlyMap<LunMap, readonly number[]> {
    const had = new Map<LunMap, readonly number[]>()
    for (const map of this.#mapsOf.get(unit) ?? []) {
      const luns = [...map.lunsOf(unit)]
      for (const lun of luns) map.delete(lun)
      had.set(map, luns)
    }
    this.#mapsOf.delete(unit)
    return had
  }

  /** Every unit that some initiator can see. */
  units(): Set<LogicalUnit> {
    return new Set(this.#mapsOf.keys())
  }

  #takeOut(map: LunMap, lun: number): void {
    const before = map.delete(lun)
    if (before && map.lunsOf(before.unit).size === 0) this.#leave(before.unit, map)
  }

  #forgetMap(map: LunMap | undefined): void {
    for (const unit of map?.units ?? []) this.#leave(unit, map as LunMap)
  }

  #enter(unit: LogicalUnit, map: LunMap): void {
    const maps = this.#mapsOf.get(unit)
    if (maps) maps.add(map)
    else this.#mapsOf.set(unit, new Set([map]))
  }

  #leave(unit: LogicalUnit, map: LunMap): void {
    const maps = this.#mapsOf.get(unit)
    maps?.delete(map)
    if (maps?.size === 0) this.#mapsOf.delete(unit)
  }
}

/** What messages call the map of those that have none of their own. */
const DEFAULT = 'the default map'

function check(whose: string, entries: readonly LunMapping[]): void {
  if (entries.length > MAPPED_LUNS)
    throw new RangeError(`${whose}: ${entries.length} logical units are mapped; ${MAPPED_LUNS} are the most`)
  const seen = new Set<number>()
  for (const { lun } of entries) {
    checkLun(whose, lun)
    if (seen.has(lun)) throw new RangeError(`${whose}: LUN ${lun} is mapped twice`)
    seen.add(lun)
  }
}

function checkLun(whose: string, lun: number): void {
  if (Number.isInteger(lun) && lun >= 0 && lun < SERVED_LUNS) return
  throw new RangeError(`${whose}: LUN ${lun} is not between 0 and ${SERVED_LUNS - 1}`)
}
