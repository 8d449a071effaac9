import { describe, expect, it } from 'vitest'
import { dropPages } from './spare-pages.ts'

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
