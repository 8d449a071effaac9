import { describe, expect, it } from 'vitest'
import { dropPages, trimHeap } from './spare-pages.ts'

const PAGE_BYTES = 65_536

describe('pages that are given back', () => {
  it('read as zeroes, and their neighbours as before', () => {
    const memory = new WebAssembly.Memory({ initial: 3, maximum: 3, shared: true }).buffer as SharedArrayBuffer
    const bytes = new Uint8Array(memory).fill(7)
    dropPages(memory, PAGE_BYTES, PAGE_BYTES)
    const sums = [0, 1, 2].map(page =>
      bytes.subarray(page * PAGE_BYTES, (page + 1) * PAGE_BYTES).reduce((a, b) => a + b),
    )
    expect(sums).toEqual([7 * PAGE_BYTES, 0, 7 * PAGE_BYTES])
  })
})

describe('memory that was freed', () => {
  it('is kept by the allocator until it is asked for it', () => {
    const blocks = Array.from({ length: 2000 }, () => new Uint8Array(60_000).fill(1))
    // The last one stays, and with it what the allocator has below it.
    for (const { buffer } of blocks.slice(0, -1)) buffer.transfer(0)
    const keptBytes = process.memoryUsage.rss()
    trimHeap()
    expect(keptBytes - process.memoryUsage.rss()).toBeGreaterThan(60 * 1024 * 1024)
    expect(blocks.at(-1)?.at(-1)).toBe(1)
  })
})
