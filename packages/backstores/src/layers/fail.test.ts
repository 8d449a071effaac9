import { Slab } from '@lunkit/wire'
import * as vitest from 'vitest'
import { describe, expect, it } from 'vitest'
import { pattern, StoreDriver, storeCompliance } from '../compliance/index.ts'
import { createRamdisk } from '../ramdisk/ramdisk.ts'
import { StoreFault } from '../store/store-fault.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { StoreRequest } from '../store/store-request.ts'
import { FailLayer } from './fail.ts'

const { flush, write } = StoreOperation
const make = (sizeBytes: number) => createRamdisk({ name: 'disk0', sizeBytes })

storeCompliance('the fail layer, idle', ({ sizeBytes }) => new FailLayer(make(sizeBytes)), vitest)

describe('the fail layer', () => {
  const slab = new Slab({ sizeBytes: 1024 * 1024 })

  function setUp(random?: () => number): { layer: FailLayer; driver: StoreDriver } {
    const layer = new FailLayer(make(1024 * 1024), random)
    return { layer, driver: new StoreDriver(layer, slab) }
  }

  it('fails the operations that a rule names, and no others', async () => {
    const { layer, driver } = setUp()
    layer.fail({ fault: StoreFault.io, operations: [write] })
    expect(await driver.write(0, pattern(512, 1))).toBe(StoreFault.io)
    expect(await driver.perform({ operation: flush })).toBeUndefined()
    expect((await driver.read(0, 512)).equals(Buffer.alloc(512))).toBe(true)
    expect(layer.failures).toBe(1)
  })

  it('says of a fault what its rule says caused it', async () => {
    const { layer, driver } = setUp()
    const cause = { code: 'EIO', errno: 5, call: 'pwrite' }
    layer.fail({ fault: StoreFault.io, cause, times: 1 })
    const request = Object.assign(new StoreRequest(driver), { operation: flush })
    expect([await driver.run(request), request.cause]).toEqual(['io', cause])
    layer.fail({ fault: StoreFault.io })
    expect([await driver.run(request), request.cause]).toEqual(['io', undefined])
  })

  it('fails what touches a range, and what only comes near it passes', async () => {
    const { layer, driver } = setUp()
    layer.fail({ fault: StoreFault.io, operations: [write], offset: 4096, lengthBytes: 4096 })
    expect(await driver.write(3584, pattern(512, 1))).toBeUndefined()
    expect(await driver.write(3584, pattern(1024, 1))).toBe(StoreFault.io)
    expect(await driver.write(7680, pattern(4096, 1))).toBe(StoreFault.io)
    expect(await driver.write(8192, pattern(512, 1))).toBeUndefined()
  })

  it('lets some pass, fails some, then is quiet', async () => {
    const { layer, driver } = setUp()
    layer.fail({ fault: StoreFault.noSpace, after: 2, times: 2 })
    const faults = []
    for (let i = 0; i < 6; i++) faults.push(await driver.perform({ operation: flush }))
    expect(faults).toEqual([undefined, undefined, 'noSpace', 'noSpace', undefined, undefined])
  })

  it('asks the randomness that it was given', async () => {
    const draws = [0.4, 0.6, 0.5, 0.49]
    const { layer, driver } = setUp(() => draws.shift() ?? 1)
    layer.fail({ fault: StoreFault.io, probability: 0.5 })
    const faults = []
    for (let i = 0; i < 4; i++) faults.push(await driver.perform({ operation: flush }))
    expect(faults).toEqual(['io', undefined, undefined, 'io'])
  })

  it('takes one rule away, or all', async () => {
    const { layer, driver } = setUp()
    const takeAway = layer.fail({ fault: StoreFault.io })
    layer.fail({ fault: StoreFault.gone })
    expect(await driver.perform({ operation: flush })).toBe('io')
    takeAway()
    expect(await driver.perform({ operation: flush })).toBe('gone')
    layer.heal()
    expect(await driver.perform({ operation: flush })).toBeUndefined()
  })
})
