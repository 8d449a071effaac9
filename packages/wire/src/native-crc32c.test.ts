import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

/** The module as it is where `@node-rs/crc32` is what `load` returns. */
async function loadedWith(load: () => unknown) {
  vi.doMock('node:module', () => ({ createRequire: () => load }))
  return import('./crc32c.ts')
}

/** 256 bytes of zeroes, and their digest. */
const ZEROES = new Uint8Array(256)

describe('the native routine', () => {
  beforeEach(() => {
    vi.resetModules()
  })
  afterEach(() => {
    vi.doUnmock('node:module')
  })

  it('is loaded once, and takes what has 256 bytes or more', async () => {
    const calls: [lengthBytes: number, seed: number | undefined][] = []
    const load = vi.fn<() => unknown>(() => ({
      crc32c: (bytes: Uint8Array, seed?: number) => {
        calls.push([bytes.length, seed])
        return -1
      },
    }))
    const { crc32c, crc32cRange, crc32cPortable } = await loadedWith(load)
    expect(crc32c(ZEROES.subarray(1))).toBe(crc32cPortable(ZEROES.subarray(1)))
    expect(crc32cRange(ZEROES, 1, 256)).toBe(crc32cPortable(ZEROES.subarray(1)))
    expect(load).not.toHaveBeenCalled()
    expect([crc32c(ZEROES, 5), crc32cRange(ZEROES, 0, 256)]).toEqual([0xffff_ffff, 0xffff_ffff])
    expect(calls).toEqual([
      [256, 5],
      [256, 0],
    ])
    expect(load).toHaveBeenCalledTimes(1)
  })

  it('is done without where there is none', async () => {
    const load = vi.fn<() => unknown>(() => {
      throw new Error('Cannot find module')
    })
    const { crc32c, crc32cPortable } = await loadedWith(load)
    for (const bytes of [ZEROES, new Uint8Array(1000).fill(7)]) expect(crc32c(bytes, 3)).toBe(crc32cPortable(bytes, 3))
    expect(load).toHaveBeenCalledTimes(1)
  })
})
