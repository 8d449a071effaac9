import { crc32cRange, type Slab } from '@lunkit/wire'
import type { Store } from '../../store/store.ts'
import type { StoreFault } from '../../store/store-fault.ts'
import { RegionMarks } from './region-marks.ts'
import { type Region, Regions } from './regions.ts'
import { SidecarCalls } from './sidecar-calls.ts'
import { SidecarExtent, type SidecarOf } from './sidecar-extent.ts'
import { REGION_BLOCKS } from './sidecar-layout.ts'

/** What stands for a checksum that is 0, which means that nothing is known. */
const ZERO = 0xffffffff

/** A region that has a mark. */
interface Marked {
  /** Operations that change it now. */
  writers: number
  /** When the last of them began, by the count of flushes. */
  changedAt: number
}

/** Blocks of a disk that an operation needs: their regions are in memory. */
export interface Span {
  readonly first: number
  readonly blocks: number
  readonly regions: readonly Region[]
}

/** The checksums of the blocks of a disk, beside it. */
export class Sidecar {
  readonly #calls: SidecarCalls
  readonly #marks: RegionMarks
  readonly #regions: Regions
  readonly #extent: SidecarExtent
  readonly #marked = new Map<number, Marked>()
  #flushes = 0

  private constructor(calls: SidecarCalls, of: SidecarOf) {
    this.#calls = calls
    this.#marks = new RegionMarks(calls)
    this.#regions = new Regions(calls)
    this.#extent = new SidecarExtent({ calls, marks: this.#marks, regions: this.#regions }, of)
  }

  /** @throws {Error} where the store has something else, or that of another disk, or cannot be read or written. */
  static async open(store: Store, slab: Slab, of: SidecarOf): Promise<Sidecar> {
    const calls = new SidecarCalls(store, slab)
    try {
      const sidecar = new Sidecar(calls, of)
      await sidecar.#extent.open()
      return sidecar
    } catch (error) {
      await calls.close()
      throw error
    }
  }

  get blockBytes(): number {
    return this.#extent.header.blockBytes
  }

  /** The size of the disk that it follows. */
  get sizeBytes(): number {
    return this.#extent.header.sizeBytes
  }

  /** Has the checksums of these blocks in memory; `changing`: and marks that they are about to be changed. */
  async take(first: number, blocks: number, changing: boolean): Promise<Span | StoreFault> {
    const span: Span = { first, blocks, regions: this.#hold(first, blocks) }
    if (changing) for (const { index } of span.regions) this.#begin(index)
    const loads = span.regions.map(region => this.#regions.load(region, changing && isWhole(region, span)))
    const marking = changing ? this.#marks.mark(span.regions.map(({ index }) => index)) : undefined
    const faults = await Promise.all([...loads, marking])
    const fault = faults.find(each => each !== undefined)
    if (fault === undefined) return span
    this.release(span, changing)
    return fault
  }

  /** The operation has ended. */
  release({ regions }: Span, changing: boolean): void {
    for (const region of regions) {
      const marked = changing ? this.#marked.get(region.index) : undefined
      if (marked) marked.writers--
      this.#regions.release(region)
    }
  }

  /** Blocks have these checksums from now on; undefined: what they have is not known. */
  put(span: Span, computed: Uint32Array | undefined): Promise<StoreFault | undefined> {
    // The disk may have become smaller meanwhile; what lies behind its end is not known.
    const isInside = (span.first + span.blocks) * this.blockBytes <= this.sizeBytes
    const checksums = isInside ? computed : undefined
    for (const region of span.regions) {
      const start = region.index * REGION_BLOCKS
      const from = Math.max(span.first, start)
      const to = Math.min(span.first + span.blocks, start + REGION_BLOCKS)
      this.#regions.put(region, from - start, checksums?.subarray(from - span.first) ?? 0, to - from)
    }
    return this.#regions.relieve()
  }

  /** The first of the blocks whose data does not have its checksum. */
  firstWrong({ first, blocks, regions }: Span, bytes: Uint8Array, at: number): number | undefined {
    const { blockBytes } = this
    for (let block = first; block < first + blocks; block++) {
      const index = Math.floor(block / REGION_BLOCKS)
      const region = regions[index - (regions[0]?.index ?? 0)]
      const known = region?.checksums?.[block % REGION_BLOCKS] ?? 0
      if (known === 0) continue
      const start = at + (block - first) * blockBytes
      if (checksumOf(bytes, start, start + blockBytes) !== known) return block
    }
    return undefined
  }

  /**
   * Brings checksums to stable storage, once `flushData` has brought the data there. Regions that were not changed since the flush before
   * this one have no marks any more then.
   */
  async flush(flushData: () => Promise<StoreFault | undefined>, isLast = false): Promise<StoreFault | undefined> {
    const before = this.#flushes++
    const idle = [...this.#marked].filter(
      ([, { writers, changedAt }]) => writers === 0 && (isLast || changedAt < before),
    )
    const fault = (await flushData()) ?? (await this.#regions.writeAll()) ?? (await this.#calls.flush())
    if (fault !== undefined) return fault
    // Another flush may have taken the mark of one meanwhile, and a write may have marked it anew.
    const settled = idle.filter(
      ([index, marked]) => marked === this.#marked.get(index) && marked.writers === 0 && marked.changedAt <= before,
    )
    for (const [index] of settled) this.#marked.delete(index)
    return this.#marks.clear(settled.map(([index]) => index))
  }

  /** See SidecarExtent. */
  resizing(sizeBytes: number): Promise<StoreFault | undefined> {
    return this.#extent.resizing(sizeBytes)
  }

  /** See SidecarExtent. */
  resized(sizeBytes: number): Promise<StoreFault | undefined> {
    return this.#extent.resized(sizeBytes)
  }

  close(): Promise<StoreFault | undefined> {
    return this.#calls.close()
  }

  #hold(first: number, blocks: number): Region[] {
    const last = Math.floor((first + blocks - 1) / REGION_BLOCKS)
    const regions: Region[] = []
    for (let at = Math.floor(first / REGION_BLOCKS); at <= last; at++) regions.push(this.#regions.hold(at))
    return regions
  }

  #begin(index: number): void {
    const marked = this.#marked.get(index) ?? { writers: 0, changedAt: 0 }
    marked.writers++
    marked.changedAt = this.#flushes
    this.#marked.set(index, marked)
  }
}

/** The checksum of bytes, which is never 0. */
export const checksumOf = (bytes: Uint8Array, start: number, end: number): number =>
  crc32cRange(bytes, start, end) || ZERO

/** Whether an operation is about all of a region. */
const isWhole = ({ index }: Region, { first, blocks }: Span): boolean =>
  first <= index * REGION_BLOCKS && first + blocks >= (index + 1) * REGION_BLOCKS
