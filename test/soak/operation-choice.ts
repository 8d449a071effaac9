import type { SeededRandom } from '../harness/seeded-random.ts'
import type { CheckedUnit } from './checked-unit.ts'
import type { BlockRange } from './ledger.ts'
import { compareAndWrite, flush, type Operation, type Place, read, unmap, write, writeZeroes } from './operation.ts'

/** Blocks at the start of a load's part that are used half of the time, so that commands meet there. */
const HOT_BLOCKS = 96

/** How long operations are, in bytes: up to a block of this, up to a burst of that. */
const LENGTHS_BYTES = [
  [40, 4096],
  [40, 32_768],
  [15, 262_144],
  [3, 1_048_576],
] as const

type Make = (place: Place, choice: OperationChoice) => Operation

const MAKES: readonly (readonly [number, Make])[] = [
  [45, place => read(place)],
  [35, (place, choice) => write(place, choice.newGeneration())],
  [4, place => unmap(place)],
  [4, (place, { random }) => writeZeroes(place, random.once(2))],
  [8, (place, choice) => compareAndWrite(place, choice.newGeneration())],
  [4, ({ unit }) => flush(unit)],
]

/** Chooses what to do next. */
export class OperationChoice {
  readonly random: SeededRandom
  readonly #units: readonly CheckedUnit[]
  #generation = 0

  constructor(units: readonly CheckedUnit[], random: SeededRandom) {
    this.#units = units
    this.random = random
  }

  /** Every change has a generation of its own; blocks of zeroes are generation 0. */
  newGeneration(): number {
    return ++this.#generation
  }

  /** The next operation, which the ledger takes as begun. */
  next(): Operation {
    const { random } = this
    const unit = this.#units[random.below(this.#units.length)] as CheckedUnit
    const place = { unit, range: this.#range(unit), fua: random.once(8) }
    return random.pickWeighted(MAKES)(place, this)
  }

  #range({ range, plan }: CheckedUnit): BlockRange {
    const { random } = this
    const longest = Math.max(1, Math.floor(random.pickWeighted(LENGTHS_BYTES) / plan.blockSizeBytes))
    const blocks = Math.min(range.blocks, 1 + random.below(longest))
    const places = range.blocks - blocks + 1
    const lba = random.once(2) ? random.below(Math.min(HOT_BLOCKS, places)) : random.below(places)
    return { lba: range.lba + lba, blocks }
  }
}
