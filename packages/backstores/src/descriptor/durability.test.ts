import { describe, expect, it } from 'vitest'
import { pattern } from '../compliance/pattern.ts'
import { errno } from '../native/errno.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { openScripted } from '../testing/scripted-store.ts'

const { discard, flush, read, zero } = StoreOperation
const block = pattern(4096, 1)

describe('a write-back store', () => {
  it('ends a write when the page cache has it, and one with FUA when stable storage has it', async () => {
    await using scripted = await openScripted()
    await scripted.driver.write(0, block)
    await scripted.driver.write(4096, block, { fua: true })
    expect(scripted.calls).toEqual(['write', 'writeThrough'])
  })

  it('ends a zero or a discard with FUA when stable storage has it', async () => {
    await using scripted = await openScripted()
    const { driver } = scripted
    expect(await driver.perform({ operation: zero, lengthBytes: 4096 })).toBeUndefined()
    expect(await driver.perform({ operation: zero, lengthBytes: 4096, fua: true })).toBeUndefined()
    expect(scripted.calls).toEqual(['zero', 'zero', 'sync'])
  })

  it('flushes dirty data before it reads with FUA, and only then', async () => {
    await using scripted = await openScripted()
    const { driver } = scripted
    await driver.perform({ operation: flush })
    await driver.read(0, 4096, { fua: true })
    await driver.write(0, block)
    await driver.read(0, 4096, { fua: true })
    expect(scripted.calls).toEqual(['sync', 'read', 'write', 'sync', 'read'])
  })

  it('flushes at first, and after that when something has changed', async () => {
    await using scripted = await openScripted()
    const { driver } = scripted
    const flushed = () => driver.perform({ operation: flush })
    expect([await flushed(), await flushed()]).toEqual([undefined, undefined])
    expect(scripted.calls).toEqual(['sync'])
    await driver.write(0, block, { fua: true })
    await flushed()
    expect(scripted.calls).toEqual(['sync', 'writeThrough'])
    await driver.perform({ operation: zero, lengthBytes: 4096 })
    await flushed()
    expect(scripted.calls).toEqual(['sync', 'writeThrough', 'zero', 'sync'])
  })

  it('flushes again for a write that ended while a flush was under way', async () => {
    await using scripted = await openScripted()
    const { driver, lanes } = scripted
    lanes.automatic = false
    const flushed = driver.perform({ operation: flush })
    await Promise.resolve()
    const written = driver.write(0, block)
    await lanes.serveAll()
    await Promise.all([flushed, written])
    const again = driver.perform({ operation: flush })
    await lanes.serveAll()
    expect(await again).toBeUndefined()
    expect(scripted.calls).toEqual(['sync', 'write', 'sync'])
  })

  it('lets flushes that are asked for during one share the next', async () => {
    await using scripted = await openScripted()
    const { driver, lanes } = scripted
    lanes.automatic = false
    const first = driver.perform({ operation: flush })
    await Promise.resolve()
    const others = [1, 2, 3].map(() => driver.perform({ operation: flush }))
    await lanes.serveAll()
    await Promise.all([first, ...others])
    expect(scripted.calls).toEqual(['sync', 'sync'])
  })

  it('flushes when it is closed, if something has changed', async () => {
    const scripted = await openScripted()
    await scripted.driver.write(0, block)
    expect(await scripted.store.close()).toBeUndefined()
    await scripted[Symbol.asyncDispose]()
  })
})

describe('a write-through store', () => {
  it('ends everything that changes the medium when stable storage has it', async () => {
    await using scripted = await openScripted({ writeBack: false })
    const { driver } = scripted
    await driver.perform({ operation: flush })
    await driver.write(0, block)
    await driver.perform({ operation: zero, lengthBytes: 4096 })
    await driver.perform({ operation: flush })
    await driver.read(0, 4096, { fua: true })
    expect(scripted.calls).toEqual(['sync', 'writeThrough', 'zero', 'sync', 'read'])
  })

  it('lets writes that come together share a flush, which starts after each of them', async () => {
    await using scripted = await openScripted({ writeBack: false })
    const { driver, lanes } = scripted
    lanes.automatic = false
    const ended: number[] = []
    const writes = [0, 1, 2, 3].map(i => driver.write(i * 4096, block).then(() => ended.push(i)))
    lanes.serve(4)
    await new Promise(resolve => setImmediate(resolve))
    expect(scripted.calls).toEqual(['writeThrough', 'write', 'write', 'write'])
    expect(ended).toEqual([0])
    await lanes.serveAll()
    await Promise.all(writes)
    expect(scripted.calls.slice(4)).toEqual(['sync'])
    expect(ended).toEqual([0, 1, 2, 3])
  })

  it('brings a write to stable storage by itself when nobody else does, also after a lane has read', async () => {
    await using scripted = await openScripted({ writeBack: false })
    const { driver } = scripted
    await driver.read(0, 4096)
    await driver.write(0, block)
    expect(scripted.calls).toEqual(['read', 'writeThrough'])
  })

  it('fails every write that shared a failed flush', async () => {
    await using scripted = await openScripted({ writeBack: false })
    const { driver, lanes, script } = scripted
    lanes.automatic = false
    const writes = [0, 1, 2].map(i => driver.write(i * 4096, block))
    script.next('sync', -errno.EIO)
    await lanes.serveAll()
    expect(await Promise.all(writes)).toEqual([undefined, 'io', 'io'])
    expect(await driver.write(0, block)).toBe('flushFailed')
  })

  it('takes a flush for which there was no space for a failure of the medium, which space does not mend', async () => {
    await using scripted = await openScripted({ writeBack: false })
    const { driver, script } = scripted
    script.next('writeThrough', -errno.ENOSPC)
    expect(await driver.write(0, block)).toBe('io')
    expect(await driver.write(0, block)).toBe('flushFailed')
    scripted.store.clearFault()
    script.next('sync', -errno.ENOSPC)
    expect(await driver.perform({ operation: flush })).toBe('io')
    expect(await driver.write(0, block)).toBe('flushFailed')
  })

  it('writes nothing in place', async () => {
    await using scripted = await openScripted({ writeBack: false, native: true })
    await scripted.driver.write(0, block)
    await scripted.driver.perform({ operation: discard, lengthBytes: 4096 })
    expect(scripted.calls).toEqual(['writeThrough', 'discard', 'sync'])
    expect(scripted.store.counters.inPlaceWrites).toBe(0)
  })
})

describe('a failed flush', () => {
  it('fails every change and flush after it, and is reported once, until it is cleared', async () => {
    await using scripted = await openScripted()
    const { driver, script, store } = scripted
    await driver.write(0, block)
    script.next('sync', -errno.EIO)
    expect(await driver.perform({ operation: flush })).toBe('io')
    expect(await driver.perform({ operation: flush })).toBe('flushFailed')
    expect(await driver.write(0, block)).toBe('flushFailed')
    expect(await driver.write(0, block, { fua: true })).toBe('flushFailed')
    expect(await driver.perform({ operation: zero, lengthBytes: 512 })).toBe('flushFailed')
    expect(scripted.calls).toEqual(['write', 'sync'])
    expect(scripted.events).toEqual([{ kind: 'flushFailed', cause: { code: 'EIO', errno: 5, call: 'fdatasync' } }])
    store.clearFault()
    expect(await driver.write(0, block)).toBeUndefined()
    expect(await driver.perform({ operation: flush })).toBeUndefined()
    expect(scripted.calls).toEqual(['write', 'sync', 'write', 'sync'])
  })

  it('is told when it is cleared, which says whether there was one', async () => {
    await using scripted = await openScripted()
    const { driver, events, script, store } = scripted
    expect([store.flushFailure, store.clearFault()]).toEqual([undefined, 'none'])
    script.next('sync', -errno.EIO)
    await driver.perform({ operation: flush })
    expect(store.flushFailure).toEqual({ cause: { code: 'EIO', errno: 5, call: 'fdatasync' } })
    expect([store.clearFault(), store.clearFault(), store.flushFailure]).toEqual(['cleared', 'none', undefined])
    expect(events.map(({ kind }) => kind)).toEqual(['flushFailed', 'faultCleared'])
  })

  it('that was cleared is followed by a flush that asks the system, and fails again if it does', async () => {
    await using scripted = await openScripted()
    const { driver, script, store } = scripted
    script.next('sync', -errno.EIO, -errno.EIO)
    await driver.perform({ operation: flush })
    store.clearFault()
    expect([await driver.perform({ operation: flush }), await driver.write(0, block)]).toEqual(['io', 'flushFailed'])
  })

  it('outlives the store when the next one is told of it', async () => {
    const cause = { code: 'EIO', errno: 5, call: 'fdatasync' }
    await using scripted = await openScripted({ flushFailure: { cause } })
    const { driver, events, store } = scripted
    expect([store.flushFailure, store.available]).toEqual([{ cause }, true])
    expect([await driver.write(0, block), await driver.perform({ operation: flush })]).toEqual([
      'flushFailed',
      'flushFailed',
    ])
    await driver.read(0, 4096)
    expect(events).toEqual([])
    expect([store.clearFault(), await driver.write(0, block)]).toEqual(['cleared', undefined])
  })

  it('leaves reads alone, but for those that would flush', async () => {
    await using scripted = await openScripted()
    const { driver, script } = scripted
    script.next('sync', -errno.EIO)
    expect(await driver.perform({ operation: flush })).toBe('io')
    await driver.read(0, 4096)
    await expect(driver.read(0, 4096, { fua: true })).rejects.toThrow('flushFailed')
  })

  it('is one whatever operation it was part of', async () => {
    for (const operation of [read, zero] as const) {
      await using scripted = await openScripted()
      const { driver, script } = scripted
      await driver.write(0, block)
      script.next('sync', -errno.ENOSPC)
      const slot = driver.take(4096)
      expect(await driver.perform({ operation, lengthBytes: 4096, slot, fua: true })).toBe('io')
      slot.release()
      expect(await driver.write(0, block)).toBe('flushFailed')
      expect(scripted.events.filter(({ kind }) => kind === 'flushFailed')).toHaveLength(1)
    }
  })

  it('is not what a write-through failed of when the write itself failed', async () => {
    await using scripted = await openScripted({ writeBack: false })
    const { driver, script } = scripted
    script.next('writeThrough', -errno.ENOSPC)
    script.next('write', -errno.ENOSPC)
    expect(await driver.write(0, block)).toBe('noSpace')
    expect(await driver.write(0, block)).toBeUndefined()
    script.next('writeThrough', -errno.EIO)
    expect(await driver.write(0, block)).toBe('io')
    expect(await driver.write(0, block)).toBe('flushFailed')
  })

  it('makes a flush that was waiting fail too, whatever the system says to it', async () => {
    await using scripted = await openScripted()
    const { driver, lanes, script } = scripted
    lanes.automatic = false
    script.next('sync', -errno.EIO, 0)
    const first = driver.perform({ operation: flush })
    await Promise.resolve()
    const second = driver.perform({ operation: flush })
    await lanes.serveAll()
    expect(await Promise.all([first, second])).toEqual(['io', 'flushFailed'])
  })

  it('is what closing the store ends with', async () => {
    await using scripted = await openScripted()
    scripted.script.next('sync', -errno.EIO)
    await scripted.driver.perform({ operation: flush })
    expect(await scripted.store.close()).toBe('flushFailed')
  })

  it('names the file where a store is disposed of', async () => {
    const scripted = await openScripted()
    scripted.script.next('sync', -errno.EIO)
    await scripted.driver.perform({ operation: flush })
    await expect(scripted.store[Symbol.asyncDispose]()).rejects.toThrow(scripted.path)
    await scripted[Symbol.asyncDispose]()
  })
})
