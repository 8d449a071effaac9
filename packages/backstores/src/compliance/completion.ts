import { expect, it } from 'vitest'
import { StoreFault, StoreOperation, StoreRequest } from '../store.ts'
import { pattern } from './pattern.ts'
import type { StoreDriver } from './store-driver.ts'

const { extents, flush, read, write, zero } = StoreOperation

/** How a store must end what it was asked. */
export function completionCompliance(current: () => StoreDriver): void {
  requestCompliance(current)
  closingCompliance(current)
}

function requestCompliance(current: () => StoreDriver): void {
  it('lets a request be used again once it has ended', async () => {
    const driver = current()
    const slot = driver.take(4096)
    const request = Object.assign(new StoreRequest(driver), { slot, lengthBytes: 4096 })
    for (let i = 0; i < 8; i++) {
      slot.bytes.set(pattern(4096, i))
      expect(
        await driver.run(Object.assign(request, { operation: write, offset: i * 4096, fua: i % 2 === 0 })),
      ).toBeUndefined()
      slot.bytes.fill(0)
      expect(await driver.run(Object.assign(request, { operation: read, fua: false }))).toBeUndefined()
      expect(slot.bytes.equals(pattern(4096, i))).toBe(true)
      expect(await driver.run(Object.assign(request, { operation: flush }))).toBeUndefined()
      expect(await driver.run(Object.assign(request, { operation: zero }))).toBeUndefined()
    }
    slot.release()
  })

  it('forgets the fault of a request that is used again', async () => {
    const driver = current()
    const request = Object.assign(new StoreRequest(driver), {
      operation: zero,
      offset: driver.store.sizeBytes,
      lengthBytes: 512,
    })
    expect(await driver.run(request)).toBe(StoreFault.gone)
    expect(await driver.run(Object.assign(request, { offset: 0 }))).toBeUndefined()
  })

  it('does nothing, well, when nothing is asked', async () => {
    const driver = current()
    const slot = driver.take(512)
    for (const operation of [read, write, zero])
      expect(await driver.perform({ operation, offset: driver.store.sizeBytes, lengthBytes: 0, slot })).toBeUndefined()
    slot.release()
  })

  it('throws when a transfer does not fit its slot', () => {
    const driver = current()
    const slot = driver.take(4096)
    const request = Object.assign(new StoreRequest(driver), { lengthBytes: 4096, slot, slotOffset: 512 })
    for (const operation of [read, write]) {
      request.operation = operation
      expect(() => driver.store.submit(request)).toThrow(RangeError)
    }
    const slotless = Object.assign(new StoreRequest(driver), { operation: write, lengthBytes: 512 })
    expect(() => driver.store.submit(slotless)).toThrow(RangeError)
    slot.release()
  })
}

function closingCompliance(current: () => StoreDriver): void {
  it('ends what is under way before it is closed', async () => {
    const driver = current()
    const operations = Array.from({ length: 32 }, (_, i) =>
      driver.write(i * 65_536, pattern(65_536, i), { fua: i % 8 === 0 }),
    )
    const fault = await driver.store.close()
    expect(driver.pending).toBe(0)
    expect(fault).toBeUndefined()
    expect((await Promise.all(operations)).every(result => result === undefined)).toBe(true)
  })

  it('answers everything with `gone` once it is closed, and closes twice as once', async () => {
    const driver = current()
    const slot = driver.take(4096)
    expect(await driver.store.close()).toBeUndefined()
    for (const operation of [read, write, zero, flush, extents])
      expect(await driver.perform({ operation, lengthBytes: 4096, slot })).toBe(StoreFault.gone)
    expect(await driver.store.close()).toBeUndefined()
    slot.release()
  })
}
