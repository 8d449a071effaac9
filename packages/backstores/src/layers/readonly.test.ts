import { Slab } from '@lunkit/wire'
import { describe, expect, it } from 'vitest'
import { pattern, StoreDriver } from '../compliance/index.ts'
import { createRamdisk } from '../ramdisk/ramdisk.ts'
import { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { StoreRequest } from '../store/store-request.ts'
import { ReadOnlyLayer } from './readonly.ts'

const MIB = 1024 * 1024
const slab = new Slab({ sizeBytes: MIB })
const { discard, extents, flush, write, zero } = StoreOperation
const CHANGES = [write, zero, discard]

async function setUp() {
  const behind = new StoreDriver(createRamdisk({ name: 'disk0', sizeBytes: MIB }), slab)
  await behind.write(4096, pattern(4096, 1))
  const layer = new ReadOnlyLayer(behind.store)
  return { behind, layer, driver: new StoreDriver(layer, slab) }
}

describe('the read-only layer', () => {
  it.each(CHANGES)('answers a %s as a medium that cannot be written, and nothing has changed', async operation => {
    const { driver, layer } = await setUp()
    const slot = driver.take(4096)
    expect(await driver.perform({ operation, offset: 4096, lengthBytes: 4096, slot })).toBe(StoreFault.readOnly)
    slot.release()
    expect((await driver.read(4096, 4096)).equals(pattern(4096, 1))).toBe(true)
    expect(layer.features).toMatchObject({ write: false, discard: false, extents: true, writeBack: false })
  })

  it('reads, flushes and finds extents as the store behind it', async () => {
    const { driver } = await setUp()
    expect(
      (await driver.read(0, 8192, { fua: true })).equals(Buffer.concat([Buffer.alloc(4096), pattern(4096, 1)])),
    ).toBe(true)
    expect(await driver.perform({ operation: flush })).toBeUndefined()
    expect(await driver.perform({ operation: extents, lengthBytes: MIB })).toBeUndefined()
  })

  it('says of a range that is not there that it is not, and forgets what caused an earlier fault', async () => {
    const { driver } = await setUp()
    const request = Object.assign(new StoreRequest(driver), { operation: zero, offset: MIB, lengthBytes: 512 })
    request.cause = { code: 'EIO', errno: 5, call: 'pwrite' }
    expect([await driver.run(request), request.cause]).toEqual([StoreFault.gone, undefined])
    expect(await driver.run(Object.assign(request, { offset: 0 }))).toBe(StoreFault.readOnly)
  })

  it('follows what becomes shorter, and makes nothing longer', async () => {
    const { layer } = await setUp()
    expect(await layer.resize(2 * MIB)).toBe(StoreFault.readOnly)
    expect(await layer.resize(MIB / 2)).toBeUndefined()
    expect(layer.sizeBytes).toBe(MIB / 2)
    await expect(layer.resize(511)).rejects.toThrow(RangeError)
  })

  it('answers nothing once it is closed', async () => {
    const { driver, layer } = await setUp()
    await layer.close()
    expect(await driver.perform({ operation: zero, lengthBytes: 512 })).toBe(StoreFault.gone)
    expect(await driver.perform({ operation: flush })).toBe(StoreFault.gone)
  })
})
