import type { StoreFault } from '../../store/store-fault.ts'
import type { SidecarCalls } from './sidecar-calls.ts'
import { checksumsAt, REGION_BLOCKS } from './sidecar-layout.ts'

/** Regions that are kept in memory, and how many of them may be unwritten: 16 MiB, and 4 of them. */
const KEPT = 4096
const MOST_DIRTY = 1024

/** The checksums of so many blocks, as they are in memory. */
export class Region {
  readonly index: number
  /** By block; 0: what it has is not known. */
  checksums: Uint32Array<ArrayBuffer> | undefined
  loading: Promise<StoreFault | undefined> | undefined
  writing: Promise<StoreFault | undefined> | undefined
  dirty = false
  /** Operations that need it. */
  holds = 0

  constructor(index: number) {
    this.index = index
  }
}

/** The regions in memory: those that are needed, those that are to be written, and those that were needed last. */
export class Regions {
  readonly #calls: SidecarCalls
  readonly #kept = new Map<number, Region>()
  #dirty = 0

  constructor(calls: SidecarCalls) {
    this.#calls = calls
  }

  /** Keeps a region in memory until it is released. It has its checksums once `load` has ended. */
  hold(index: number): Region {
    const region = this.#kept.get(index) ?? new Region(index)
    // The last that was needed is the last in the map.
    this.#kept.delete(index)
    this.#kept.set(index, region)
    region.holds++
    return region
  }

  release(region: Region): void {
    region.holds--
    if (this.#kept.size > KEPT) this.#evict()
  }

  /** Reads what a region has, unless that is there, or all of it is about to be changed. */
  load(region: Region, isWhole = false): Promise<StoreFault | undefined> | undefined {
    if (region.checksums !== undefined) return undefined
    if (isWhole && region.loading === undefined) {
      region.checksums = new Uint32Array(REGION_BLOCKS)
      return undefined
    }
    region.loading ??= this.#load(region)
    return region.loading
  }

  /** Sets checksums of a region that has been loaded. */
  put(region: Region, from: number, checksums: Uint32Array | number, blocks: number): void {
    const all = region.checksums as Uint32Array
    if (typeof checksums === 'number') all.fill(checksums, from, from + blocks)
    else all.set(checksums.subarray(0, blocks), from)
    if (region.dirty) return
    region.dirty = true
    this.#dirty++
  }

  /** Has some written where there are too many that are not. */
  async relieve(): Promise<StoreFault | undefined> {
    if (this.#dirty <= MOST_DIRTY) return undefined
    const [oldest] = [...this.#kept.values()].filter(({ dirty }) => dirty)
    return oldest && this.#write(oldest)
  }

  /** Writes all that are not written. */
  async writeAll(): Promise<StoreFault | undefined> {
    const dirty = [...this.#kept.values()].filter(region => region.dirty || region.writing !== undefined)
    const faults = await Promise.all(dirty.map(region => this.#write(region)))
    return faults.find(fault => fault !== undefined)
  }

  /** Nothing of what lies from there on is known any more, in memory; none of it is held. */
  forgetFrom(block: number): void {
    for (const region of this.#kept.values()) {
      const first = region.index * REGION_BLOCKS
      if (first + REGION_BLOCKS <= block || region.checksums === undefined) continue
      const from = Math.max(0, block - first)
      this.put(region, from, 0, REGION_BLOCKS - from)
    }
  }

  async #load(region: Region): Promise<StoreFault | undefined> {
    const checksums = new Uint32Array(REGION_BLOCKS)
    const fault = await this.#calls.read(checksumsAt(region.index), new Uint8Array(checksums.buffer))
    region.loading = undefined
    if (fault === undefined) region.checksums = checksums
    return fault
  }

  /** What was changed while it is being written is written again. */
  async #write(region: Region): Promise<StoreFault | undefined> {
    while (region.writing !== undefined) await region.writing
    const { checksums } = region
    if (!region.dirty || checksums === undefined) return undefined
    region.writing = this.#calls.write(checksumsAt(region.index), new Uint8Array(checksums.buffer), () => {
      region.dirty = false
      this.#dirty--
    })
    const fault = await region.writing
    region.writing = undefined
    if (fault !== undefined && !region.dirty) {
      region.dirty = true
      this.#dirty++
    }
    return fault
  }

  #evict(): void {
    for (const [index, { holds, dirty, writing, loading }] of this.#kept) {
      if (this.#kept.size <= KEPT) return
      if (holds === 0 && !dirty && writing === undefined && loading === undefined) this.#kept.delete(index)
    }
  }
}
