import { BlockImage, ZEROES } from '../../soak/block-image.ts'
import type { MediumShape } from './medium.ts'

const NEVER = Number.POSITIVE_INFINITY

/** A change of some blocks, as its initiator knows it; moments are those of the medium's log. */
export type Change = {
  readonly generation: number
  readonly lba: number
  readonly blocks: number
  readonly sentAt: number
  /** When its GOOD had come. */
  acknowledgedAt: number
  /** When it had come that it is durable. */
  durableAt: number
}

/**
 * What an initiator knows of a disk's blocks: what it has sent, what was acknowledged, and what was promised to be there whatever happens.
 * The changes of a block are sent one after the other.
 */
export class DurableLedger {
  readonly shape: MediumShape
  readonly #image: BlockImage
  readonly #changes: Change[][]
  #open = new Set<Change>()
  #generation = ZEROES

  constructor(unit: number, shape: MediumShape) {
    this.shape = shape
    this.#image = new BlockImage(unit, shape.blockBytes)
    this.#changes = Array.from({ length: shape.blocks }, () => [])
  }

  /** Blocks are about to be given new content, or zeroes. */
  send(lba: number, blocks: number, { now, zeroes = false }: { now: number; zeroes?: boolean }): Change {
    const generation = zeroes ? ZEROES : ++this.#generation
    const change = { generation, lba, blocks, sentAt: now, acknowledgedAt: NEVER, durableAt: NEVER }
    for (let block = lba; block < lba + blocks; block++) this.#changes[block]?.push(change)
    return change
  }

  /** The data of a change. */
  dataOf({ lba, blocks, generation }: Change): Buffer {
    return this.#image.compose(lba, blocks, generation)
  }

  /** Its GOOD has come. */
  acknowledge(change: Change, { now, isDurable }: { now: number; isDurable: boolean }): void {
    change.acknowledgedAt = now
    if (isDurable) change.durableAt = now
    else this.#open.add(change)
  }

  /** What was acknowledged by now and is not known to be durable. */
  open(): readonly Change[] {
    return [...this.#open]
  }

  /** So much of it is durable now. */
  flushed(changes: readonly Change[], now: number): void {
    for (const change of changes) {
      change.durableAt = Math.min(change.durableAt, now)
      this.#open.delete(change)
    }
  }

  /** What is open of these blocks. */
  openOf(lba: number, blocks: number): Change[] {
    const last = Array.from({ length: blocks }, (_, at) => this.#changes[lba + at]?.at(-1))
    return last.filter(change => change !== undefined && this.#open.has(change)) as Change[]
  }

  /** The generation that a block was given last. */
  lastOf(block: number): number {
    return this.#changes[block]?.at(-1)?.generation ?? ZEROES
  }

  /** What a block would hold of a generation. */
  contentOf(block: number, generation: number): Buffer {
    return this.#image.compose(block, 1, generation)
  }

  /** How the blocks of a medium after a cut at that moment differ from what was promised. */
  findings(medium: Uint8Array, cutAt: number): string[] {
    const { blockBytes, blocks } = this.shape
    return Array.from({ length: blocks }, (_, block) => {
      const bytes = medium.subarray(block * blockBytes, (block + 1) * blockBytes)
      return this.#finding(block, bytes, cutAt)
    }).flatMap(finding => finding ?? [])
  }

  /** From now on blocks hold what a medium does, which nobody has to be told again. */
  settle(medium: Uint8Array): void {
    const { blockBytes } = this.shape
    this.#open = new Set()
    for (const [block, changes] of this.#changes.entries()) {
      const found = this.#image.recognize(block, medium.subarray(block * blockBytes, (block + 1) * blockBytes))
      const generation = 'generation' in found ? found.generation : ZEROES
      changes.splice(0, changes.length, {
        generation,
        lba: block,
        blocks: 1,
        sentAt: 0,
        acknowledgedAt: 0,
        durableAt: 0,
      })
    }
  }

  #finding(block: number, bytes: Uint8Array, cutAt: number): string | undefined {
    const sent = (this.#changes[block] ?? []).filter(({ sentAt }) => sentAt < cutAt)
    const promised = sent.findLastIndex(({ durableAt }) => durableAt <= cutAt)
    const possible = [
      ...(promised < 0 ? [ZEROES] : []),
      ...sent.slice(Math.max(promised, 0)).map(each => each.generation),
    ]
    const found = this.#image.recognize(block, bytes)
    if ('generation' in found && possible.includes(found.generation)) return undefined
    const holds = 'generation' in found ? `generation ${found.generation}` : found.wrong
    return `block ${block} after a cut at ${cutAt} holds ${holds}; it was promised one of ${possible.join(', ')}`
  }
}
