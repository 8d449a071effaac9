import { equal, throws } from 'node:assert/strict'
import { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { StoreRequest } from '../store/store-request.ts'
import { pattern } from './pattern.ts'
import type { StoreUnderTest } from './store-under-test.ts'
import type { TestRunner } from './test-runner.ts'

const { extents, flush, read, write, zero } = StoreOperation

/** How a store must end what it was asked. */
export function completionCompliance(current: () => StoreUnderTest, runner: TestRunner): void {
  requestCompliance(current, runner)
  faultCompliance(current, runner)
  closingCompliance(current, runner)
}

function faultCompliance(current: () => StoreUnderTest, { it }: TestRunner): void {
  it('has no failed flush while it is new, and nothing to clear', () => {
    const { store } = current().driver
    equal(store.flushFailure, undefined)
    equal(store.clearFault(), 'none')
  })
}

function requestCompliance(current: () => StoreUnderTest, { it }: TestRunner): void {
  it('lets a request be used again once it has ended', async () => {
    const { driver } = current()
    const slot = driver.take(4096)
    const request = Object.assign(new StoreRequest(driver), { slot, lengthBytes: 4096 })
    for (let i = 0; i < 8; i++) {
      slot.bytes.set(pattern(4096, i))
      equal(
        await driver.run(Object.assign(request, { operation: write, offset: i * 4096, fua: i % 2 === 0 })),
        undefined,
      )
      slot.bytes.fill(0)
      equal(await driver.run(Object.assign(request, { operation: read, fua: false })), undefined)
      equal(slot.bytes.equals(pattern(4096, i)), true)
      equal(await driver.run(Object.assign(request, { operation: flush })), undefined)
      equal(await driver.run(Object.assign(request, { operation: zero })), undefined)
    }
    slot.release()
  })

  it('forgets the fault of a request that is used again, and its cause', async () => {
    const { driver, whole } = current()
    const request = Object.assign(new StoreRequest(driver), {
      operation: zero,
      offset: driver.store.sizeBytes,
      lengthBytes: whole(512),
    })
    request.cause = { code: 'EIO', errno: 5, call: 'pread' }
    equal(await driver.run(request), StoreFault.gone)
    equal(request.cause, undefined)
    request.cause = { code: 'EIO', errno: 5, call: 'pread' }
    equal(await driver.run(Object.assign(request, { offset: 0 })), undefined)
    equal(request.cause, undefined)
  })

  it('does nothing, well, when nothing is asked', async () => {
    const { driver, whole } = current()
    const slot = driver.take(whole(512))
    for (const operation of [read, write, zero])
      equal(await driver.perform({ operation, offset: driver.store.sizeBytes, lengthBytes: 0, slot }), undefined)
    slot.release()
  })

  it('throws when a transfer does not fit its slot', () => {
    const { driver } = current()
    const slot = driver.take(4096)
    const request = Object.assign(new StoreRequest(driver), { lengthBytes: 4096, slot, slotOffset: 512 })
    for (const operation of [read, write]) {
      request.operation = operation
      throws(() => driver.store.submit(request), RangeError)
    }
    const slotless = Object.assign(new StoreRequest(driver), { operation: write, lengthBytes: 512 })
    throws(() => driver.store.submit(slotless), RangeError)
    slot.release()
  })
}

function closingCompliance(current: () => StoreUnderTest, { it }: TestRunner): void {
  it('ends what is under way before it is closed', async () => {
    const { driver } = current()
    const operations = Array.from({ length: 32 }, (_, i) =>
      driver.write(i * 65_536, pattern(65_536, i), { fua: i % 8 === 0 }),
    )
    const fault = await driver.store.close()
    equal(driver.pending, 0)
    equal(fault, undefined)
    equal(
      (await Promise.all(operations)).every(result => result === undefined),
      true,
    )
  })

  it('answers everything with `gone` once it is closed, and closes twice as once', async () => {
    const { driver } = current()
    const slot = driver.take(4096)
    equal(await driver.store.close(), undefined)
    for (const operation of [read, write, zero, flush, extents])
      equal(await driver.perform({ operation, lengthBytes: 4096, slot }), StoreFault.gone)
    equal(await driver.store.close(), undefined)
    slot.release()
  })
}
