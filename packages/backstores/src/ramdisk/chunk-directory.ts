import { storeLimits } from '../limits.ts'
import type { RamChunk } from './ram-chunk.ts'

const { ramChunkBytes } = storeLimits
/** Chunks that one page of the directory leads to: 1 GiB of the disk. */
const CHUNKS_PER_GROUP = 1024

/** Which chunks of a disk there are. It grows with what is written, not with the disk's size. */
export class ChunkDirectory {
  readonly #groups = new Map<number, (RamChunk | undefined)[]>()

  /** The chunk that byte `offset` of the disk lies in, if there is one. */
  find(offset: number): RamChunk | undefined {
    const index = Math.floor(offset / ramChunkBytes)
    return this.#groups.get(Math.floor(index / CHUNKS_PER_GROUP))?.[index % CHUNKS_PER_GROUP]
  }

  /** Puts a chunk where byte `offset` lies, or takes it away. */
  set(offset: number, chunk: RamChunk | undefined): void {
    const index = Math.floor(offset / ramChunkBytes)
    const number = Math.floor(index / CHUNKS_PER_GROUP)
    let group = this.#groups.get(number)
    if (!group) {
      group = new Array<RamChunk | undefined>(CHUNKS_PER_GROUP).fill(undefined)
      this.#groups.set(number, group)
    }
    group[index % CHUNKS_PER_GROUP] = chunk
  }

  /** Where to look next after `offset`, whose chunk is missing: behind it, or behind the missing page of the directory. */
  skip(offset: number): number {
    const index = Math.floor(offset / ramChunkBytes)
    const group = Math.floor(index / CHUNKS_PER_GROUP)
    const next = this.#groups.has(group) ? index + 1 : (group + 1) * CHUNKS_PER_GROUP
    return next * ramChunkBytes
  }

  /** All chunks; the directory is empty afterwards. */
  empty(): RamChunk[] {
    const chunks = [...this.#groups.values()].flat().filter(chunk => chunk !== undefined)
    this.#groups.clear()
    return chunks
  }
}
