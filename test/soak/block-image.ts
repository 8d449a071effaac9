/** What a block held when it was read: all zeroes, or the image of a write, or neither. */
export type BlockContent = { readonly generation: number } | { readonly wrong: string }

/** The generation of blocks that are all zeroes: never written, or unmapped. */
export const ZEROES = 0

const WORD_BYTES = 4
const LBA_WORD = 1
const UNIT_WORD = 2
const FIRST_MIXED_WORD = 3

/**
 * The bytes of blocks of one unit. Each block carries the generation of its write at both ends, its address and its
 * unit; every other word is mixed from all of them, so that no part of a block fits into another.
 */
export class BlockImage {
  readonly blockSizeBytes: number
  readonly #unit: number
  readonly #wordsPerBlock: number
  readonly #expected: Uint32Array

  constructor(unit: number, blockSizeBytes: number) {
    this.#unit = unit
    this.blockSizeBytes = blockSizeBytes
    this.#wordsPerBlock = blockSizeBytes / WORD_BYTES
    this.#expected = new Uint32Array(this.#wordsPerBlock)
  }

  /** The data of a write of `blocks` blocks from `lba` on. */
  compose(lba: number, blocks: number, generation: number): Buffer {
    const words = new Uint32Array(blocks * this.#wordsPerBlock)
    if (generation !== ZEROES)
      for (let block = 0; block < blocks; block++)
        this.#fill(words.subarray(block * this.#wordsPerBlock), lba + block, generation)
    return Buffer.from(words.buffer)
  }

  /** What the bytes of the block at `lba` are. */
  recognize(lba: number, bytes: Uint8Array): BlockContent {
    // A copy: the bytes may lie anywhere, words do not.
    const words = new Uint32Array(new Uint8Array(bytes).buffer)
    const first = words[0] ?? ZEROES
    const last = words.at(-1) ?? ZEROES
    if (first !== ZEROES) this.#fill(this.#expected, lba, first)
    else this.#expected.fill(0)
    let at = 0
    while (at < words.length && words[at] === this.#expected[at]) at++
    if (at === words.length) return { generation: first }
    if (first !== last) return { wrong: `torn: it begins with generation ${first} and ends with ${last}` }
    const place = `unit ${words[UNIT_WORD]}, block ${words[LBA_WORD]}`
    return { wrong: `wrong bytes from byte ${at * WORD_BYTES} on; it says that it is generation ${first} of ${place}` }
  }

  #fill(words: Uint32Array, lba: number, generation: number): void {
    const end = this.#wordsPerBlock - 1
    const salt =
      Math.imul(generation, 0x9e37_79b1) ^ Math.imul(lba + 1, 0x85eb_ca6b) ^ Math.imul(this.#unit, 0xc2b2_ae35)
    words[0] = generation
    words[LBA_WORD] = lba
    words[UNIT_WORD] = this.#unit
    for (let i = FIRST_MIXED_WORD; i < end; i++) words[i] = salt + Math.imul(i, 0x27d4_eb2f)
    words[end] = generation
  }
}
