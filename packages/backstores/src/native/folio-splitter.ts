import { storeLimits } from '../limits.ts'
import type { AddressRange, Libc } from './libc.ts'
import { PinnedMemory } from './pinned-memory.ts'

const { grainRegionBytes, grainStepBytes } = storeLimits
const PAGE_BYTES = 4096

/**
 * Splits the large folios of a file's page cache. Linux has no call for it, but splits a large folio when a part of its
 * mapping is said to be cold: MADV_COLD on one page (mm/madvise.c). It does so only with clean folios that nobody else
 * has mapped; what it does not split stays as it is. What is not in memory is not read.
 */
export class FolioSplitter {
  readonly #libc: Libc
  readonly #place: AddressRange
  readonly #resident = new Uint8Array(new ArrayBuffer(grainRegionBytes / PAGE_BYTES))
  readonly #residentAddress: number

  /** @param address where a region may be mapped: that many bytes from there on are reserved for it. */
  constructor(libc: Libc, address: number) {
    this.#libc = libc
    this.#place = { address, lengthBytes: grainRegionBytes }
    // Never released: the splitter is in use for as long as its lane lives.
    this.#residentAddress = new PinnedMemory(libc, this.#resident.buffer).address
  }

  /** Splits what the page cache holds of the region around `offset`. */
  split(fd: number, offset: number): void {
    const start = Math.floor(offset / grainRegionBytes) * grainRegionBytes
    if (this.#libc.mapFile(fd, start, this.#place) < 0) return
    this.#resident.fill(0)
    const { address, lengthBytes } = this.#place
    if (this.#libc.residentPages(address, lengthBytes, this.#residentAddress) >= 0) this.#splitMapped(address)
    this.#libc.vacate(this.#place)
  }

  #splitMapped(mapping: number): void {
    for (let at = 0; at < grainRegionBytes; at += grainStepBytes) {
      const isResident = ((this.#resident[at / PAGE_BYTES] ?? 0) & 1) !== 0
      if (isResident && this.#libc.populate(mapping + at, PAGE_BYTES) >= 0) this.#libc.cool(mapping + at, PAGE_BYTES)
    }
  }
}
