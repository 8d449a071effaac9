import { expect, it } from 'vitest'
import { type Extent, StoreFault, StoreOperation, StoreRequest } from '../store.ts'
import { pattern } from './pattern.ts'
import type { StoreDriver } from './store-driver.ts'

const KiB = 1024
const { discard, extents, zero } = StoreOperation

async function findExtents(driver: StoreDriver, fields: Partial<StoreRequest> = {}): Promise<readonly Extent[]> {
  const request = Object.assign(new StoreRequest(driver), {
    operation: extents,
    lengthBytes: driver.store.sizeBytes,
    ...fields,
  })
  expect(await driver.run(request)).toBeUndefined()
  return request.extents
}

/** In order, without gaps, and none of them empty. */
function expectCovered(found: readonly Extent[], from: number, end: number): void {
  let at = from
  for (const { offset, lengthBytes } of found) {
    expect(offset).toBe(at)
    expect(lengthBytes).toBeGreaterThan(0)
    at += lengthBytes
  }
  expect(at).toBe(end)
}

/** What a store must do with space. */
export function spaceCompliance(current: () => StoreDriver): void {
  zeroCompliance(current)
  discardCompliance(current)
  extentsCompliance(current)
}

function zeroCompliance(current: () => StoreDriver): void {
  it('zeroes a range, written or not, and nothing around it', async () => {
    const driver = current()
    const bytes = pattern(64 * KiB, 1)
    await driver.write(256 * KiB, bytes)
    expect(await driver.perform({ operation: zero, offset: 256 * KiB + 1536, lengthBytes: 9 * KiB })).toBeUndefined()
    expect(await driver.perform({ operation: zero, offset: 6 * KiB * KiB, lengthBytes: 512 })).toBeUndefined()
    bytes.fill(0, 1536, 1536 + 9 * KiB)
    expect((await driver.read(256 * KiB, 64 * KiB)).equals(bytes)).toBe(true)
  })

  it('zeroes all of itself at once', async () => {
    const driver = current()
    const { sizeBytes } = driver.store
    await driver.write(0, pattern(4096, 2))
    await driver.write(sizeBytes - 4096, pattern(4096, 3))
    expect(await driver.perform({ operation: zero, lengthBytes: sizeBytes, fua: true })).toBeUndefined()
    expect((await driver.read(0, 4096)).equals(Buffer.alloc(4096))).toBe(true)
    expect((await driver.read(sizeBytes - 4096, 4096)).equals(Buffer.alloc(4096))).toBe(true)
  })
}

function discardCompliance(current: () => StoreDriver): void {
  it('discards as its features say, and touches nothing around the range', async () => {
    const driver = current()
    const { features } = driver.store
    const bytes = pattern(64 * KiB, 4)
    const [from, end] = [3584, 3584 + 17 * KiB]
    await driver.write(KiB * KiB, bytes)
    const fault = await driver.perform({ operation: discard, offset: KiB * KiB + from, lengthBytes: end - from })
    expect(fault).toBe(features.discard ? undefined : StoreFault.unsupported)
    const read = await driver.read(KiB * KiB, 64 * KiB)
    if (features.discard && features.discardsToZeroes) bytes.fill(0, from, end)
    // Without `discardsToZeroes` what a discarded range holds is not said.
    if (features.discard && !features.discardsToZeroes) read.copy(bytes, from, from, end)
    expect(read.equals(bytes)).toBe(true)
  })

  it('takes new data where it was discarded', async () => {
    const driver = current()
    await driver.write(0, pattern(128 * KiB, 5))
    await driver.perform({ operation: discard, lengthBytes: driver.store.sizeBytes, fua: true })
    await driver.write(4096, pattern(512, 6))
    expect((await driver.read(4096, 512)).equals(pattern(512, 6))).toBe(true)
  })
}

function extentsCompliance(current: () => StoreDriver): void {
  it('finds extents if its features say so', async () => {
    const driver = current()
    const fault = await driver.perform({ operation: extents, lengthBytes: driver.store.sizeBytes })
    expect(fault).toBe(driver.store.features.extents ? undefined : StoreFault.unsupported)
  })

  it('finds extents that cover the range and agree with what it reads', async () => {
    const driver = current()
    if (!driver.store.features.extents) return
    await driver.write(0, pattern(512, 7))
    await driver.write(KiB * KiB - 4096, pattern(8192, 8))
    await driver.write(5 * KiB * KiB, pattern(200 * KiB, 9))
    const found = await findExtents(driver)
    expectCovered(found, 0, driver.store.sizeBytes)
    expect(found.some(({ allocated }) => !allocated)).toBe(true)
    for (const { offset, lengthBytes } of found.filter(({ allocated }) => !allocated)) {
      const piece = Math.min(lengthBytes, 256 * KiB)
      expect((await driver.read(offset, piece)).equals(Buffer.alloc(piece))).toBe(true)
      const last = offset + lengthBytes - piece
      expect((await driver.read(last, piece)).equals(Buffer.alloc(piece))).toBe(true)
    }
    expectCovered(await findExtents(driver, { offset: 512, lengthBytes: 5 * KiB * KiB }), 512, 5 * KiB * KiB + 512)
  })

  it('finds no more extents than it was asked for, and all of a hundred', async () => {
    const driver = current()
    if (!driver.store.features.extents) return
    const step = Math.max(driver.store.features.discardGranularityBytes, 4096) * 2
    const count = Math.min(100, Math.floor(driver.store.sizeBytes / step))
    for (let i = 0; i < count; i++) await driver.write(i * step, pattern(512, i))
    const first = await findExtents(driver, { maxExtents: 3 })
    expect(first).toHaveLength(3)
    expect(first.map(({ allocated }) => allocated)).toEqual([true, false, true])
    const all = await findExtents(driver)
    expectCovered(all, 0, driver.store.sizeBytes)
    expect(all.length).toBeGreaterThanOrEqual(2 * count - 1)
  })
}
