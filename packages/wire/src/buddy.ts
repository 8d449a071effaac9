/**
 * Which parts of a stretch of memory are free, by the buddy system: blocks of 2^order units, split in halves when a
 * smaller one is asked for, joined again when both halves are free. Knows numbers only, no memory.
 */

const NONE = -1

/** The free blocks of a stretch of `units` units, a multiple of 2^maxOrder. */
export class Buddy {
  readonly #maxOrder: number
  /** First free block of each order. */
  readonly #heads: Int32Array
  readonly #next: Int32Array
  readonly #previous: Int32Array
  /** Order of the free block that starts at a unit, NONE where no free block starts. */
  readonly #freeOrder: Int8Array

  /** @throws {RangeError} where `units` is not a positive multiple of the largest block. */
  constructor(units: number, maxOrder: number) {
    const largest = 2 ** maxOrder
    if (units <= 0 || units % largest !== 0) throw new RangeError(`${units} units are not a multiple of ${largest}`)
    this.#maxOrder = maxOrder
    this.#heads = new Int32Array(maxOrder + 1).fill(NONE)
    this.#next = new Int32Array(units).fill(NONE)
    this.#previous = new Int32Array(units).fill(NONE)
    this.#freeOrder = new Int8Array(units).fill(NONE)
    for (let unit = units - largest; unit >= 0; unit -= largest) this.#link(unit, maxOrder)
  }

  /** The first unit of a free block of 2^order units, which is taken now; undefined when there is none. */
  take(order: number): number | undefined {
    let found = order
    while (found <= this.#maxOrder && this.#heads[found] === NONE) found++
    if (found > this.#maxOrder) return undefined
    const unit = this.#heads[found] as number
    this.#unlink(unit, found)
    while (found > order) {
      found--
      this.#link(unit + 2 ** found, found)
    }
    return unit
  }

  /** Gives a block back that `take` gave out. */
  release(unit: number, order: number): void {
    let first = unit
    let size = order
    while (size < this.#maxOrder) {
      const other = first ^ (1 << size)
      if (this.#freeOrder[other] !== size) break
      this.#unlink(other, size)
      first = Math.min(first, other)
      size++
    }
    this.#link(first, size)
  }

  /** Whether a block of the largest size is free as a whole. */
  isFree(unit: number): boolean {
    return this.#freeOrder[unit] === this.#maxOrder
  }

  #link(unit: number, order: number): void {
    const head = this.#heads[order] as number
    this.#next[unit] = head
    this.#previous[unit] = NONE
    if (head !== NONE) this.#previous[head] = unit
    this.#heads[order] = unit
    this.#freeOrder[unit] = order
  }

  #unlink(unit: number, order: number): void {
    const next = this.#next[unit] as number
    const previous = this.#previous[unit] as number
    if (previous === NONE) this.#heads[order] = next
    else this.#next[previous] = next
    if (next !== NONE) this.#previous[next] = previous
    this.#freeOrder[unit] = NONE
  }
}
