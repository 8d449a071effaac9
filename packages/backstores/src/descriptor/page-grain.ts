import { storeLimits } from '../limits.ts'

const { grainRegionBytes } = storeLimits
const BITS = 8

/**
 * Which regions of a file are known to lie in small folios of the page cache, if they lie there at all. What was
 * written or read ahead in large pieces lies in folios of up to 2 MiB, and ext4 looks at every block of a folio in each
 * write to it: 30 µs for 4 KiB, where a small folio takes 2. So the first small write to a region goes to a lane, which
 * splits the region's folios (LaneCalls.splitFolios).
 */
export class PageGrain {
  readonly #fine: Uint8Array

  constructor(sizeBytes: number) {
    this.#fine = new Uint8Array(Math.ceil(sizeBytes / grainRegionBytes / BITS))
  }

  /** Whether the region that `offset` lies in was split, and nothing has come into the page cache by a lane since. */
  isFine(offset: number): boolean {
    const region = Math.floor(offset / grainRegionBytes)
    return ((this.#fine[Math.floor(region / BITS)] ?? 0) & (1 << (region % BITS))) !== 0
  }

  /** A lane splits the region. */
  split(offset: number): void {
    const region = Math.floor(offset / grainRegionBytes)
    const byte = Math.floor(region / BITS)
    this.#fine[byte] = (this.#fine[byte] ?? 0) | (1 << (region % BITS))
  }

  /** A lane reads a range into the page cache, and what the system reads ahead. */
  coarsen(offset: number, lengthBytes: number): void {
    const last = Math.floor((offset + lengthBytes) / grainRegionBytes)
    for (let region = Math.floor(offset / grainRegionBytes); region <= last; region++) {
      const byte = Math.floor(region / BITS)
      this.#fine[byte] = (this.#fine[byte] ?? 0) & ~(1 << (region % BITS))
    }
  }
}
