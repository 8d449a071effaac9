import { readFile } from 'node:fs/promises'
import type { LogicalUnit } from '@lunkit/initiator'

const ledgerBlockBytes = 4096
/** How many of a unit's blocks make one of a ledger. */
export const lbasPerBlock = ledgerBlockBytes / 512
const words = ledgerBlockBytes / Uint32Array.BYTES_PER_ELEMENT
/** Words of a block that say the same: block, generation, place, the sum of the three. */
const stride = 4
/** The generation of a block that reads as zeroes. */
const zeroes = 0
const blocksPerRead = 64

/**
 * What the blocks of a disk must hold: for each the last content that was acknowledged, or one that was sent since and
 * never acknowledged. Each content names its block and its generation all over, so that a dropped, a stale, a torn and
 * a misplaced write are each found.
 */
export class Ledger {
  readonly blocks: number
  readonly #acknowledged: Uint32Array
  readonly #possible: Set<number>[]
  #generation = 0

  constructor(blocks: number) {
    this.blocks = blocks
    this.#acknowledged = new Uint32Array(blocks)
    this.#possible = Array.from({ length: blocks }, () => new Set<number>())
  }

  /** New content for a block, from now on possible. */
  write(block: number): { readonly generation: number; readonly data: Uint8Array } {
    const generation = ++this.#generation
    this.#possible[block]?.add(generation)
    return { generation, data: contentOf(block, generation) }
  }

  /** A block is to read as zeroes, from now on possibly. */
  discard(block: number): { readonly generation: number } {
    this.#possible[block]?.add(zeroes)
    return { generation: zeroes }
  }

  /** A content was acknowledged: nothing older is possible any more. */
  acknowledge(block: number, generation: number): void {
    this.#acknowledged[block] = generation
    this.#possible[block]?.clear()
  }

  /** @throws Error that says how what a block holds differs from what it must hold. */
  check(block: number, data: Uint8Array): void {
    const found = generationOf(block, data)
    const acknowledged = this.#acknowledged[block] as number
    if (found === acknowledged || (typeof found === 'number' && this.#possible[block]?.has(found))) return
    const possible = [acknowledged, ...(this.#possible[block] ?? [])].join(', ')
    throw new Error(`block ${block} holds ${found}; of its generations it must hold ${possible}`)
  }

  /** Checks every block as a unit reads it. */
  async checkUnit(unit: LogicalUnit): Promise<void> {
    for (let block = 0; block < this.blocks; block += blocksPerRead) {
      const count = Math.min(blocksPerRead, this.blocks - block)
      this.#checkRun(block, await unit.read(block * lbasPerBlock, count * lbasPerBlock))
    }
  }

  /** Checks every block as it stands in a file. */
  async checkFile(path: string): Promise<void> {
    this.#checkRun(0, (await readFile(path)).subarray(0, this.blocks * ledgerBlockBytes))
  }

  #checkRun(first: number, data: Uint8Array): void {
    for (let at = 0; at < data.length; at += ledgerBlockBytes)
      this.check(first + at / ledgerBlockBytes, data.subarray(at, at + ledgerBlockBytes))
  }
}

function contentOf(block: number, generation: number): Uint8Array {
  const content = new Uint32Array(words)
  for (let at = 0; at < words; at += stride) content.set([block, generation, at, block + generation + at], at)
  return new Uint8Array(content.buffer)
}

/** The generation that a block's data names, or what is wrong with it. */
function generationOf(block: number, data: Uint8Array): number | string {
  const content = new Uint32Array(new Uint8Array(data).buffer)
  const [named = 0, generation = 0] = content
  if (generation === zeroes) return content.every(word => word === 0) ? zeroes : 'zeroes and something else'
  if (named !== block) return `the data of block ${named}, generation ${generation}`
  const torn = Buffer.compare(contentOf(block, generation), data) !== 0
  return torn ? `a torn write: generation ${generation} at its start, something else behind it` : generation
}
