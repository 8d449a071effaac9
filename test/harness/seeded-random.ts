/** Numbers that look random and are the same for the same seed, so that every run can be had again. */
export class SeededRandom {
  #state: number

  constructor(seed: number) {
    this.#state = seed >>> 0
  }

  /** 32 bits. */
  next(): number {
    this.#state = (this.#state + 0x9e37_79b9) >>> 0
    let z = this.#state
    z = Math.imul(z ^ (z >>> 16), 0x21f0_aaad)
    z = Math.imul(z ^ (z >>> 15), 0x735a_2d97)
    return (z ^ (z >>> 15)) >>> 0
  }

  /** A whole number from 0 up to, not including, `end`. */
  below(end: number): number {
    return this.next() % end
  }

  /** A whole number from `first` to `last`. */
  between(first: number, last: number): number {
    return first + this.below(last - first + 1)
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0
  }

  /** True with this probability. */
  is(probability: number): boolean {
    return this.next() < probability * 2 ** 32
  }

  /** One of a list, each as likely as the others. */
  pick<T>(from: readonly T[]): T {
    return from[this.below(from.length)] as T
  }

  /** One of a list, each as likely as its weight says. */
  pickWeighted<T>(from: readonly (readonly [weight: number, item: T])[]): T {
    let left = this.below(from.reduce((sum, [weight]) => sum + weight, 0))
    for (const [weight, item] of from) if ((left -= weight) < 0) return item
    throw new Error('nothing to pick from')
  }

  bytes(lengthBytes: number): Buffer {
    const bytes = Buffer.allocUnsafe(lengthBytes)
    for (let i = 0; i < lengthBytes; i++) bytes[i] = this.next()
    return bytes
  }
}
