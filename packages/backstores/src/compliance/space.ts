import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import type { Extent } from '../store/extent.ts'
import { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { StoreRequest } from '../store/store-request.ts'
import { pattern } from './pattern.ts'
import type { StoreDriver } from './store-driver.ts'
import type { StoreUnderTest } from './store-under-test.ts'
import type { TestRunner } from './test-runner.ts'

const KiB = 1024
const { discard, extents, zero } = StoreOperation

async function findExtents(driver: StoreDriver, fields: Partial<StoreRequest> = {}): Promise<readonly Extent[]> {
  const request = Object.assign(new StoreRequest(driver), {
    operation: extents,
    lengthBytes: driver.store.sizeBytes,
    ...fields,
  })
  equal(await driver.run(request), undefined)
  return request.extents
}

/** In order, without gaps, and none of them empty. */
function expectCovered(found: readonly Extent[], from: number, end: number): void {
  let at = from
  for (const { offset, lengthBytes } of found) {
    equal(offset, at)
    ok(lengthBytes > 0)
    at += lengthBytes
  }
  equal(at, end)
}

/** What a store must do with space. */
export function spaceCompliance(current: () => StoreUnderTest, runner: TestRunner): void {
  zeroCompliance(current, runner)
  discardCompliance(current, runner)
  extentsCompliance(current, runner)
  sizeCompliance(current, runner)
}

function zeroCompliance(current: () => StoreUnderTest, { it }: TestRunner): void {
  it('zeroes a range, written or not, and nothing around it', async () => {
    const { driver, whole } = current()
    const bytes = pattern(64 * KiB, 1)
    const [from, lengthBytes] = [whole(1536), whole(9 * KiB)]
    await driver.write(256 * KiB, bytes)
    equal(await driver.perform({ operation: zero, offset: 256 * KiB + from, lengthBytes }), undefined)
    equal(await driver.perform({ operation: zero, offset: 6 * KiB * KiB, lengthBytes: whole(512) }), undefined)
    bytes.fill(0, from, from + lengthBytes)
    equal((await driver.read(256 * KiB, 64 * KiB)).equals(bytes), true)
  })

  it('zeroes all of itself at once', async () => {
    const { driver } = current()
    const { sizeBytes } = driver.store
    await driver.write(0, pattern(4096, 2))
    await driver.write(sizeBytes - 4096, pattern(4096, 3))
    equal(await driver.perform({ operation: zero, lengthBytes: sizeBytes, fua: true }), undefined)
    equal((await driver.read(0, 4096)).equals(Buffer.alloc(4096)), true)
    equal((await driver.read(sizeBytes - 4096, 4096)).equals(Buffer.alloc(4096)), true)
  })
}

function discardCompliance(current: () => StoreUnderTest, { it }: TestRunner): void {
  it('discards as its features say, and touches nothing around the range', async () => {
    const { driver, whole } = current()
    const { features } = driver.store
    const bytes = pattern(64 * KiB, 4)
    const [from, end] = [whole(3584), whole(3584 + 17 * KiB)]
    await driver.write(KiB * KiB, bytes)
    const fault = await driver.perform({ operation: discard, offset: KiB * KiB + from, lengthBytes: end - from })
    equal(fault, features.discard ? undefined : StoreFault.unsupported)
    const read = await driver.read(KiB * KiB, 64 * KiB)
    if (features.discard && features.discardsToZeroes) bytes.fill(0, from, end)
    // Without `discardsToZeroes` what a discarded range holds is not said.
    if (features.discard && !features.discardsToZeroes) read.copy(bytes, from, from, end)
    equal(read.equals(bytes), true)
  })

  it('takes new data where it was discarded', async () => {
    const { driver, whole } = current()
    await driver.write(0, pattern(128 * KiB, 5))
    await driver.perform({ operation: discard, lengthBytes: driver.store.sizeBytes, fua: true })
    await driver.write(4096, pattern(whole(512), 6))
    equal((await driver.read(4096, whole(512))).equals(pattern(whole(512), 6)), true)
  })
}

function extentsCompliance(current: () => StoreUnderTest, { it }: TestRunner): void {
  it('finds extents if its features say so', async () => {
    const { driver } = current()
    const fault = await driver.perform({ operation: extents, lengthBytes: driver.store.sizeBytes })
    equal(fault, driver.store.features.extents ? undefined : StoreFault.unsupported)
  })

  it('finds extents that cover the range and agree with what it reads', async () => {
    const { driver, whole } = current()
    if (!driver.store.features.extents) return
    await driver.write(0, pattern(whole(512), 7))
    await driver.write(KiB * KiB - 4096, pattern(8192, 8))
    await driver.write(5 * KiB * KiB, pattern(200 * KiB, 9))
    const found = await findExtents(driver)
    expectCovered(found, 0, driver.store.sizeBytes)
    equal(
      found.some(({ allocated }) => !allocated),
      true,
    )
    for (const { offset, lengthBytes } of found.filter(({ allocated }) => !allocated)) {
      const piece = Math.min(lengthBytes, 256 * KiB)
      equal((await driver.read(offset, piece)).equals(Buffer.alloc(piece)), true)
      const last = offset + lengthBytes - piece
      equal((await driver.read(last, piece)).equals(Buffer.alloc(piece)), true)
    }
    const from = whole(512)
    expectCovered(await findExtents(driver, { offset: from, lengthBytes: 5 * KiB * KiB }), from, 5 * KiB * KiB + from)
  })

  it('finds no more extents than it was asked for, and all of a hundred', async () => {
    const { driver, whole } = current()
    if (!driver.store.features.extents) return
    const step = Math.max(driver.store.features.discardGranularityBytes, 4096) * 2
    const count = Math.min(100, Math.floor(driver.store.sizeBytes / step))
    for (let i = 0; i < count; i++) await driver.write(i * step, pattern(whole(512), i))
    const first = await findExtents(driver, { maxExtents: 3 })
    equal(first.length, 3)
    deepEqual(
      first.map(({ allocated }) => allocated),
      [true, false, true],
    )
    const all = await findExtents(driver)
    expectCovered(all, 0, driver.store.sizeBytes)
    ok(all.length >= 2 * count - 1)
  })
}

function sizeCompliance(current: () => StoreUnderTest, { it }: TestRunner): void {
  it('has another size once it was given one, and says so once; or cannot, and keeps its own', async () => {
    const { store } = current().driver
    const events: string[] = []
    store.listen(({ kind }) => events.push(kind))
    const before = store.sizeBytes
    const fault = await store.resize(2 * before + 100)
    equal(fault === undefined || fault === StoreFault.unsupported, true)
    equal(await store.resize(2 * before + 100), fault)
    equal(store.sizeBytes, fault ? before : 2 * before)
    deepEqual(events, fault ? [] : ['resized'])
  })

  it('serves what has come to it, and nothing of what has gone', async () => {
    const { driver, whole } = current()
    const { store } = driver
    const before = store.sizeBytes
    if (await store.resize(before + KiB * KiB)) return
    equal(await driver.write(before, pattern(4096, 10)), undefined)
    equal((await driver.read(before, 4096)).equals(pattern(4096, 10)), true)
    equal((await driver.read(before + 8192, 4096)).equals(Buffer.alloc(4096)), true)
    equal(await store.resize(before - 4096), undefined)
    equal(await driver.write(before - 4096, pattern(whole(512), 11)), StoreFault.gone)
    equal(await driver.perform({ operation: zero, offset: before, lengthBytes: 4096 }), StoreFault.gone)
    equal((await driver.read(before - 8192, 4096)).equals(Buffer.alloc(4096)), true)
  })

  it('refuses what is no size, and keeps its own', async () => {
    const { store } = current().driver
    const before = store.sizeBytes
    for (const bad of [0, 511, -512, 1.5, Number.NaN, 2 ** 53]) await rejects(store.resize(bad), RangeError)
    equal(store.sizeBytes, before)
  })

  it('has no other size once it was closed', async () => {
    const { store } = current().driver
    await store.close()
    ok(await store.resize(4096))
  })
}
