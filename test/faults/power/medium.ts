import type { SeededRandom } from '../../harness/seeded-random.ts'
import type { MediumCall } from './medium-log.ts'

/** What a block was given by one call. */
type BlockChange = { readonly begun: number; readonly bytes: Uint8Array; durableAt: number; readonly returned: number }

/** What a cut leaves of what nobody had flushed: nothing of it, all, or of each block what chance has it. */
export type Leaving = 'nothing' | 'all' | 'anything'

/** What a disk's medium is and how its blocks are told apart. */
export type MediumShape = { readonly blockBytes: number; readonly blocks: number }

/**
 * A medium with a cache that loses what was not flushed. Each block is written on its own, at any time from when the call begins: when the
 * power fails it holds what was last made durable, or anything that came later.
 */
export class Medium {
  readonly #shape: MediumShape
  readonly #before: Uint8Array
  readonly #changes: BlockChange[][]

  /** `before`: what it held; `calls`: what was asked of it since then, and of no other. */
  constructor(shape: MediumShape, before: Uint8Array, calls: readonly MediumCall[]) {
    this.#shape = shape
    this.#before = before
    this.#changes = Array.from({ length: shape.blocks }, () => [])
    for (const each of calls) this.#take(each)
    for (const each of calls) if (each.call === 'sync') this.#sync(each)
  }

  /** What it holds after a cut at that moment. */
  after(cutAt: number, leaving: Leaving, random: SeededRandom): Uint8Array {
    const { blockBytes } = this.#shape
    const image = Uint8Array.from(this.#before)
    for (const [block, changes] of this.#changes.entries()) {
      const begun = changes.filter(change => change.begun < cutAt)
      const durable = begun.findLastIndex(change => change.durableAt < cutAt)
      const chosen = choose(leaving, { first: durable, last: begun.length - 1 }, random)
      if (chosen >= 0) image.set((begun[chosen] as BlockChange).bytes, block * blockBytes)
    }
    return image
  }

  /** Blocks of `image` that hold what no call that had returned explains: what was changed without a note of it. */
  unexplained(image: Uint8Array): number[] {
    const { blockBytes } = this.#shape
    const isFound = (block: number, bytes: Uint8Array): boolean =>
      Buffer.compare(bytes, image.subarray(block * blockBytes, (block + 1) * blockBytes)) === 0
    return this.#changes.flatMap((changes, block) => {
      const settled = changes.findLastIndex(change => change.returned < Number.POSITIVE_INFINITY)
      const before = this.#before.subarray(block * blockBytes, (block + 1) * blockBytes)
      const possible = [
        ...(settled < 0 ? [before] : []),
        ...changes.slice(Math.max(settled, 0)).map(({ bytes }) => bytes),
      ]
      return possible.some(bytes => isFound(block, bytes)) ? [] : [block]
    })
  }

  #take({ call, begun, returned, offset, lengthBytes, result, data }: MediumCall): void {
    const { blockBytes, blocks } = this.#shape
    if (call === 'sync' || call === 'none') return
    const isOver = returned < Number.POSITIVE_INFINITY
    if (isOver && result < 0) return
    const doneBytes = isOver && call !== 'zero' ? result : lengthBytes
    const durableAt = call === 'writeDurably' ? returned : Number.POSITIVE_INFINITY
    const end = Math.min(offset + doneBytes, blocks * blockBytes)
    for (let at = offset; at < end; at += blockBytes) {
      const bytes = call === 'zero' ? new Uint8Array(blockBytes) : data.subarray(at - offset, at - offset + blockBytes)
      this.#changes[at / blockBytes]?.push({ begun, returned, bytes, durableAt })
    }
  }

  /** What had returned when a flush began is durable when it returns. */
  #sync({ begun, returned, result }: MediumCall): void {
    if (returned === Number.POSITIVE_INFINITY || result < 0) return
    for (const changes of this.#changes)
      for (const change of changes) if (change.returned < begun) change.durableAt = Math.min(change.durableAt, returned)
  }
}

/** An index from that of what is durable (-1: what was there before) to that of the last change. */
function choose(leaving: Leaving, { first, last }: { first: number; last: number }, random: SeededRandom): number {
  if (leaving === 'anything') return random.between(first, last)
  return leaving === 'all' ? last : first
}
