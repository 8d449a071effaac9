import { POISON } from '@lunkit/wire'
import { expect, it } from 'vitest'
import { StoreFault, StoreOperation } from '../store.ts'
import { pattern } from './pattern.ts'
import type { StoreDriver } from './store-driver.ts'

const KiB = 1024

/** What a store must do with data. */
export function dataCompliance(current: () => StoreDriver): void {
  transferCompliance(current)
  slotCompliance(current)
  stableStorageCompliance(current)
}

function transferCompliance(current: () => StoreDriver): void {
  it('reads space that was never written as zeroes', async () => {
    const driver = current()
    const { sizeBytes } = driver.store
    for (const offset of [0, 512, 3 * KiB * KiB - 512, sizeBytes - 256 * KiB])
      expect((await driver.read(offset, 256 * KiB)).equals(Buffer.alloc(256 * KiB))).toBe(true)
  })

  it('reads back what was written, whatever the offset and the length', async () => {
    const driver = current()
    for (const [offset, lengthBytes] of [
      [0, 512],
      [512, 4096],
      [4096 - 512, 1024],
      [64 * KiB, 64 * KiB],
      [KiB * KiB - 2560, 5120],
      [2 * KiB * KiB + 512, 256 * KiB],
      [driver.store.sizeBytes - 512, 512],
    ] as const) {
      const bytes = pattern(lengthBytes, offset)
      expect(await driver.write(offset, bytes)).toBeUndefined()
      expect((await driver.read(offset, lengthBytes)).equals(bytes)).toBe(true)
    }
  })

  it('changes nothing around what is written', async () => {
    const driver = current()
    const around = pattern(64 * KiB, 1)
    await driver.write(128 * KiB, around)
    const inside = pattern(1536, 2)
    await driver.write(128 * KiB + 5 * 512, inside)
    const expected = Buffer.from(around)
    inside.copy(expected, 5 * 512)
    expect((await driver.read(128 * KiB, 64 * KiB)).equals(expected)).toBe(true)
    expect((await driver.read(128 * KiB - 512, 512)).equals(Buffer.alloc(512))).toBe(true)
    expect((await driver.read(192 * KiB, 512)).equals(Buffer.alloc(512))).toBe(true)
  })

  it('overwrites', async () => {
    const driver = current()
    await driver.write(0, pattern(16 * KiB, 1))
    await driver.write(0, pattern(16 * KiB, 2))
    expect((await driver.read(0, 16 * KiB)).equals(pattern(16 * KiB, 2))).toBe(true)
  })

  it('answers every range beyond its end with `gone`, and writes none of it', async () => {
    const driver = current()
    const { sizeBytes } = driver.store
    await driver.write(sizeBytes - 4096, pattern(4096, 7))
    const slot = driver.take(8192)
    slot.bytes.fill(0x22)
    const { read, write, zero } = StoreOperation
    for (const operation of [read, write, zero])
      for (const offset of [sizeBytes - 4096, sizeBytes, sizeBytes + 4096, Number.POSITIVE_INFINITY, -4096])
        expect(await driver.perform({ operation, offset, lengthBytes: 8192, slot })).toBe(StoreFault.gone)
    slot.release()
    expect((await driver.read(sizeBytes - 4096, 4096)).equals(pattern(4096, 7))).toBe(true)
  })
}

function slotCompliance(current: () => StoreDriver): void {
  it('touches no more of a slot than the transfer, and none of it when it writes', async () => {
    const driver = current()
    const slot = driver.take(8192)
    slot.bytes.fill(0x77)
    const { read, write } = StoreOperation
    expect(await driver.perform({ operation: write, lengthBytes: 1024, slot, slotOffset: 512 })).toBeUndefined()
    expect(slot.bytes.every(byte => byte === 0x77)).toBe(true)
    slot.bytes.fill(0x11)
    expect(await driver.perform({ operation: read, lengthBytes: 1024, slot, slotOffset: 2048 })).toBeUndefined()
    const expected = Buffer.alloc(8192, 0x11).fill(0x77, 2048, 2048 + 1024)
    expect(slot.bytes.equals(expected)).toBe(true)
    slot.release()
  })

  it('uses a slot no longer than the operation lasts', async () => {
    const driver = current()
    await driver.write(0, pattern(64 * KiB, 3))
    const slot = driver.take(64 * KiB)
    const memory = slot.bytes
    await driver.perform({ operation: StoreOperation.read, lengthBytes: 64 * KiB, slot })
    slot.release()
    await driver.perform({ operation: StoreOperation.flush })
    expect(memory.every(byte => byte === POISON)).toBe(true)
    expect((await driver.read(0, 64 * KiB)).equals(pattern(64 * KiB, 3))).toBe(true)
  })

  it('does many operations at once', async () => {
    const driver = current()
    const blocks = Array.from({ length: 128 }, (_, i) => i)
    const faults = await Promise.all(blocks.map(i => driver.write(i * 8192, pattern(8192, i), { fua: i % 16 === 0 })))
    expect(faults.every(fault => fault === undefined)).toBe(true)
    const flush = driver.perform({ operation: StoreOperation.flush })
    const read = await Promise.all(blocks.map(i => driver.read(i * 8192, 8192)))
    expect(await flush).toBeUndefined()
    expect(read.every((bytes, i) => bytes.equals(pattern(8192, i)))).toBe(true)
  })
}

function stableStorageCompliance(current: () => StoreDriver): void {
  it('writes and reads with FUA', async () => {
    const driver = current()
    expect(await driver.write(4096, pattern(4096, 4), { fua: true })).toBeUndefined()
    await driver.write(8192, pattern(4096, 5))
    const expected = Buffer.concat([pattern(4096, 4), pattern(4096, 5)])
    expect((await driver.read(4096, 8192, { fua: true })).equals(expected)).toBe(true)
  })

  it('flushes, with nothing to flush and many times at once too', async () => {
    const driver = current()
    expect(await driver.perform({ operation: StoreOperation.flush })).toBeUndefined()
    await driver.write(0, pattern(4096, 6))
    const flushes = Array.from({ length: 8 }, () => driver.perform({ operation: StoreOperation.flush }))
    expect(await Promise.all(flushes)).toEqual(Array.from({ length: 8 }, () => undefined))
  })
}
