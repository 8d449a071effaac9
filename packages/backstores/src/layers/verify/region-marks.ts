import type { StoreFault } from '../../store/store-fault.ts'
import { PAGE_BYTES, type SidecarCalls } from './sidecar-calls.ts'
import { checksumsAt, GROUP_REGIONS, markPageAt } from './sidecar-layout.ts'

/**
 * Which regions may have been written since data and checksums were made durable together. A mark is durable before the first write of its
 * region begins; after a cut what a marked region has is not known. Marks that come together are written together.
 */
export class RegionMarks {
  readonly #calls: SidecarCalls
  /** What there is to be on the medium. */
  #wanted = new Uint8Array(0)
  /** Marks that are there for certain. */
  #durable = new Uint8Array(0)
  readonly #groups = new Set<number>()
  #next: Promise<StoreFault | undefined> | undefined
  #last: Promise<unknown> = Promise.resolve()

  constructor(calls: SidecarCalls) {
    this.#calls = calls
  }

  /** There are so many regions from now on. */
  cover(regions: number): void {
    const bytes = Math.ceil(regions / GROUP_REGIONS) * PAGE_BYTES
    if (bytes <= this.#wanted.length) return
    const grown = [this.#wanted, this.#durable].map(before => {
      const after = new Uint8Array(bytes)
      after.set(before)
      return after
    })
    ;[this.#wanted, this.#durable] = grown as [Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>]
  }

  has(region: number): boolean {
    return bitOf(this.#durable, region)
  }

  /** Marks regions; resolves when that is durable. */
  async mark(regions: readonly number[]): Promise<StoreFault | undefined> {
    const missing = regions.filter(region => !this.has(region))
    if (missing.length === 0) return undefined
    for (const region of missing) setBit(this.#wanted, region, true)
    for (const region of missing) this.#groups.add(Math.floor(region / GROUP_REGIONS))
    const fault = await this.#write()
    if (fault === undefined) for (const region of missing) setBit(this.#durable, region, bitOf(this.#wanted, region))
    return fault
  }

  /** Takes marks away; a cut may bring them back. */
  async clear(regions: readonly number[]): Promise<StoreFault | undefined> {
    if (regions.length === 0) return undefined
    for (const region of regions) {
      setBit(this.#wanted, region, false)
      setBit(this.#durable, region, false)
      this.#groups.add(Math.floor(region / GROUP_REGIONS))
    }
    return this.#write()
  }

  /** What was marked when it was cut off is unknown from now on. */
  async recover(regions: number): Promise<StoreFault | undefined> {
    this.cover(regions)
    const page = new Uint8Array(PAGE_BYTES)
    for (let group = 0; group * GROUP_REGIONS < regions; group++) {
      const fault = (await this.#calls.read(markPageAt(group), page)) ?? (await this.#forget(group, page))
      if (fault !== undefined) return fault
    }
    return undefined
  }

  async #forget(group: number, page: Uint8Array): Promise<StoreFault | undefined> {
    if (page.every(byte => byte === 0)) return undefined
    for (let at = 0; at < GROUP_REGIONS; at++) {
      if (!bitOf(page, at)) continue
      const from = at
      while (at + 1 < GROUP_REGIONS && bitOf(page, at + 1)) at++
      const fault = await this.#calls.zero(checksumsAt(group * GROUP_REGIONS + from), (at + 1 - from) * PAGE_BYTES)
      if (fault !== undefined) return fault
    }
    const flushed = await this.#calls.flush()
    if (flushed !== undefined) return flushed
    return (await this.#calls.write(markPageAt(group), new Uint8Array(PAGE_BYTES))) ?? (await this.#calls.flush())
  }

  /** Has all groups that differ written after those that are being written; who comes meanwhile is in the next of them. */
  #write(): Promise<StoreFault | undefined> {
    if (this.#next === undefined) {
      this.#next = this.#last.then(() => this.#writeNow())
      this.#last = this.#next
    }
    return this.#next
  }

  async #writeNow(): Promise<StoreFault | undefined> {
    this.#next = undefined
    const groups = [...this.#groups]
    this.#groups.clear()
    for (const group of groups) {
      const page = this.#wanted.subarray(group * PAGE_BYTES, (group + 1) * PAGE_BYTES)
      const fault = await this.#calls.write(markPageAt(group), page)
      if (fault === undefined) continue
      for (const each of groups) this.#groups.add(each)
      return fault
    }
    return this.#calls.flush()
  }
}

const bitOf = (bits: Uint8Array, at: number): boolean => ((bits[at >> 3] ?? 0) & (1 << (at & 7))) !== 0

function setBit(bits: Uint8Array, at: number, is: boolean): void {
  const mask = 1 << (at & 7)
  const byte = bits[at >> 3] ?? 0
  bits[at >> 3] = is ? byte | mask : byte & ~mask
}
