import { SERVED_LUNS } from '@lunkit/scsi/transport'
import { MAPPED_LUNS } from '../limits.ts'
import type { NexusSeat } from '../statistics/nexus-seat.ts'
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
  /** Where the map's initiator was counted at units, after it has gone. */
  readonly #kept = new Map<LogicalUnit, NexusSeat>()

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
    if (this.#byLun.get(entry.lun)?.unit !== entry.unit) this.delete(entry.lun)
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
    if (luns?.size === 0) {
      this.#lunsOf.delete(entry.unit)
      this.#letGo(entry.unit)
    }
    return entry
  }

  /** The map's initiator has gone: where it was counted at a unit is kept for as long as it may come back to the unit. */
  keep(unit: LogicalUnit, seat: NexusSeat): void {
    if (this.#kept.has(unit) || !this.#lunsOf.has(unit)) seat.release()
    else this.#kept.set(unit, seat)
  }

  /** Another map takes the place of this one, and what it has kept of units that are seen still; undefined: none does. */
  replacedBy(map: LunMap | undefined): void {
    for (const [unit, seat] of this.#kept) {
      this.#kept.delete(unit)
      if (map) map.keep(unit, seat)
      else seat.release()
    }
  }

  #letGo(unit: LogicalUnit): void {
    this.#kept.get(unit)?.release()
    this.#kept.delete(unit)
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
  readonly #unseen: (unit: LogicalUnit) => void

  /** `unseen` is called when a unit is in no map any more. */
  constructor(unseen: (unit: LogicalUnit) => void = () => {}) {
    this.#unseen = unseen
  }

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
    const before = this.find(initiatorName)
    if (initiatorName === undefined) this.#default = map
    else if (entries) this.#byInitiator.set(initiatorName, map)
    else this.#byInitiator.delete(initiatorName)
    for (const unit of map.units) this.#enter(unit, map)
    for (const unit of before?.units ?? []) this.#leave(unit, before as LunMap)
    before?.replacedBy(entries ? map : undefined)
  }

  /** Nobody sees anything any more. */
  clear(): void {
    for (const initiatorName of [...this.#byInitiator.keys(), undefined]) this.set(initiatorName, undefined)
  }

  /**
   * Maps one number, whatever it was before.
   * @throws {RangeError} where the initiator has no map of its own, and for a number out of range.
   */
  setOne(initiatorName: string | undefined, entry: LunMapping): void {
    const map = this.of(initiatorName)
    checkLun(initiatorName ?? DEFAULT, entry.lun)
    const before = map.get(entry.lun)
    map.set(entry)
    this.#enter(entry.unit, map)
    this.#leaveUnseen(before, map)
  }

  /**
   * Takes one number away.
   * @throws {RangeError} where the initiator has no map of its own, or nothing is mapped there.
   */
  deleteOne(initiatorName: string | undefined, lun: number): void {
    const map = this.of(initiatorName)
    const before = map.delete(lun)
    if (!before) throw new RangeError(`${initiatorName ?? DEFAULT}: LUN ${lun} is not mapped`)
    this.#leaveUnseen(before, map)
  }

  /** Takes a unit out of every map. @returns the numbers that it had, by map. */
  forget(unit: LogicalUnit): ReadonlyMap<LunMap, readonly number[]> {
    const had = new Map<LunMap, readonly number[]>()
    for (const map of this.#mapsOf.get(unit) ?? []) {
      const luns = [...map.lunsOf(unit)]
      for (const lun of luns) map.delete(lun)
      had.set(map, luns)
    }
    if (this.#mapsOf.delete(unit)) this.#unseen(unit)
    return had
  }

  /** Every unit that some initiator can see. */
  units(): Set<LogicalUnit> {
    return new Set(this.#mapsOf.keys())
  }

  #leaveUnseen(before: LunMapping | undefined, map: LunMap): void {
    if (before && map.lunsOf(before.unit).size === 0) this.#leave(before.unit, map)
  }

  #enter(unit: LogicalUnit, map: LunMap): void {
    const maps = this.#mapsOf.get(unit)
    if (maps) maps.add(map)
    else this.#mapsOf.set(unit, new Set([map]))
  }

  #leave(unit: LogicalUnit, map: LunMap): void {
    const maps = this.#mapsOf.get(unit)
    maps?.delete(map)
    if (maps?.size !== 0) return
    this.#mapsOf.delete(unit)
    this.#unseen(unit)
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
