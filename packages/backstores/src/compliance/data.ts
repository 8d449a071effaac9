import { deepEqual, equal } from 'node:assert/strict'
import { POISON } from '@lunkit/wire'
import { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { pattern } from './pattern.ts'
import type { StoreUnderTest } from './store-under-test.ts'
import type { TestRunner } from './test-runner.ts'

const KiB = 1024

/** What a store must do with data. */
export function dataCompliance(current: () => StoreUnderTest, runner: TestRunner): void {
  transferCompliance(current, runner)
  slotCompliance(current, runner)
  stableStorageCompliance(current, runner)
}

function transferCompliance(current: () => StoreUnderTest, { it }: TestRunner): void {
  it('reads space that was never written as zeroes', async () => {
    const { driver, whole } = current()
    const { sizeBytes } = driver.store
    for (const offset of [0, whole(512), 3 * KiB * KiB - whole(512), sizeBytes - 256 * KiB])
      equal((await driver.read(offset, 256 * KiB)).equals(Buffer.alloc(256 * KiB)), true)
  })

  it('reads back what was written, whatever the offset and the length', async () => {
    const { driver, whole } = current()
    for (const [offset, lengthBytes] of [
      [0, whole(512)],
      [whole(512), 4096],
      [4096 - whole(512), whole(1024)],
      [64 * KiB, 64 * KiB],
      [KiB * KiB - whole(2560), whole(5120)],
      [2 * KiB * KiB + whole(512), 256 * KiB],
      [driver.store.sizeBytes - whole(512), whole(512)],
    ] as const) {
      const bytes = pattern(lengthBytes, offset)
      equal(await driver.write(offset, bytes), undefined)
      equal((await driver.read(offset, lengthBytes)).equals(bytes), true)
    }
  })

  it('changes nothing around what is written', async () => {
    const { driver, whole } = current()
    const around = pattern(64 * KiB, 1)
    await driver.write(128 * KiB, around)
    const inside = pattern(whole(1536), 2)
    await driver.write(128 * KiB + 5 * whole(512), inside)
    const expected = Buffer.from(around)
    inside.copy(expected, 5 * whole(512))
    equal((await driver.read(128 * KiB, 64 * KiB)).equals(expected), true)
    equal((await driver.read(128 * KiB - whole(512), whole(512))).equals(Buffer.alloc(whole(512))), true)
    equal((await driver.read(192 * KiB, whole(512))).equals(Buffer.alloc(whole(512))), true)
  })

  it('overwrites', async () => {
    const { driver } = current()
    await driver.write(0, pattern(16 * KiB, 1))
    await driver.write(0, pattern(16 * KiB, 2))
    equal((await driver.read(0, 16 * KiB)).equals(pattern(16 * KiB, 2)), true)
  })

  it('answers every range beyond its end with `gone`, and writes none of it', async () => {
    const { driver } = current()
    const { sizeBytes } = driver.store
    await driver.write(sizeBytes - 4096, pattern(4096, 7))
    const slot = driver.take(8192)
    slot.bytes.fill(0x22)
    const { read, write, zero } = StoreOperation
    for (const operation of [read, write, zero])
      for (const offset of [sizeBytes - 4096, sizeBytes, sizeBytes + 4096, Number.POSITIVE_INFINITY, -4096])
        equal(await driver.perform({ operation, offset, lengthBytes: 8192, slot }), StoreFault.gone)
    slot.release()
    equal((await driver.read(sizeBytes - 4096, 4096)).equals(pattern(4096, 7)), true)
  })
}

function slotCompliance(current: () => StoreUnderTest, { it }: TestRunner): void {
  it('touches no more of a slot than the transfer, and none of it when it writes', async () => {
    const { driver, whole } = current()
    const lengthBytes = whole(1024)
    const slot = driver.take(4 * lengthBytes)
    slot.bytes.fill(0x77)
    const { read, write } = StoreOperation
    equal(await driver.perform({ operation: write, lengthBytes, slot, slotOffset: whole(512) }), undefined)
    equal(
      slot.bytes.every(byte => byte === 0x77),
      true,
    )
    slot.bytes.fill(0x11)
    equal(await driver.perform({ operation: read, lengthBytes, slot, slotOffset: 2 * lengthBytes }), undefined)
    const expected = Buffer.alloc(4 * lengthBytes, 0x11).fill(0x77, 2 * lengthBytes, 3 * lengthBytes)
    equal(slot.bytes.equals(expected), true)
    slot.release()
  })

  it('uses a slot no longer than the operation lasts', async () => {
    const { driver } = current()
    await driver.write(0, pattern(64 * KiB, 3))
    const slot = driver.take(64 * KiB)
    const memory = slot.bytes
    await driver.perform({ operation: StoreOperation.read, lengthBytes: 64 * KiB, slot })
    slot.release()
    await driver.perform({ operation: StoreOperation.flush })
    equal(
      memory.every(byte => byte === POISON),
      true,
    )
    equal((await driver.read(0, 64 * KiB)).equals(pattern(64 * KiB, 3)), true)
  })

  it('does many operations at once', async () => {
    const { driver } = current()
    const blocks = Array.from({ length: 128 }, (_, i) => i)
    const faults = await Promise.all(blocks.map(i => driver.write(i * 8192, pattern(8192, i), { fua: i % 16 === 0 })))
    equal(
      faults.every(fault => fault === undefined),
      true,
    )
    const flush = driver.perform({ operation: StoreOperation.flush })
    const read = await Promise.all(blocks.map(i => driver.read(i * 8192, 8192)))
    equal(await flush, undefined)
    equal(
      read.every((bytes, i) => bytes.equals(pattern(8192, i))),
      true,
    )
  })
}

function stableStorageCompliance(current: () => StoreUnderTest, { it }: TestRunner): void {
  it('writes and reads with FUA', async () => {
    const { driver } = current()
    equal(await driver.write(4096, pattern(4096, 4), { fua: true }), undefined)
    await driver.write(8192, pattern(4096, 5))
    const expected = Buffer.concat([pattern(4096, 4), pattern(4096, 5)])
    equal((await driver.read(4096, 8192, { fua: true })).equals(expected), true)
  })

  it('flushes, with nothing to flush and many times at once too', async () => {
    const { driver } = current()
    equal(await driver.perform({ operation: StoreOperation.flush }), undefined)
    await driver.write(0, pattern(4096, 6))
    const flushes = Array.from({ length: 8 }, () => driver.perform({ operation: StoreOperation.flush }))
    deepEqual(
      await Promise.all(flushes),
      Array.from({ length: 8 }, () => undefined),
    )
  })
}
