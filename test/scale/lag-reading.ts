import type { ControlClient } from '@lunkit/control/client'

const MS_A_SECOND = 1000

/** How much later than asked for timers of the protocol thread ran, as lunkitd has counted it. */
export class LagReading {
  /** How many did not exceed each bound, in seconds. */
  readonly #counts: ReadonlyMap<number, number>
  /** How many timers there were. */
  readonly count: number

  private constructor(counts: ReadonlyMap<number, number>, count: number) {
    this.#counts = counts
    this.count = count
  }

  /** Until now. */
  static async of(client: ControlClient): Promise<LagReading> {
    const { blocks } = await client.call('statistics', { blocks: ['thread'], fine: true })
    const row = blocks[0]?.rows.find(({ labels }) => labels['thread'] === 'protocol')
    const lag = row?.values['eventLoopLag'] as
      | { readonly count: number; readonly buckets: readonly Bucket[] }
      | undefined
    if (lag === undefined) throw new Error(`lunkitd tells no lag: ${JSON.stringify(blocks)}`)
    return new LagReading(new Map(lag.buckets.map(({ le, count }) => [le, count])), lag.count)
  }

  /** Of it, what came after another reading. */
  since(before: LagReading): LagReading {
    const counts = [...this.#counts].map(([le, count]) => [le, count - before.#upTo(le)] as const)
    return new LagReading(new Map(counts), this.count - before.count)
  }

  /** The bound, in milliseconds, that so much of all did not exceed. */
  quantileMs(part: number): number {
    const [le = 0] = [...this.#counts].find(([, count]) => count >= part * this.count) ?? []
    return le * MS_A_SECOND
  }

  /** Buckets that hold nothing are not told: it is what the last one before says. */
  #upTo(bound: number): number {
    let sum = 0
    for (const [le, count] of this.#counts) if (le <= bound) sum = count
    return sum
  }
}

interface Bucket {
  readonly le: number
  readonly count: number
}
