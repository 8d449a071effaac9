import { statSync, truncateSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { pattern } from '../compliance/pattern.ts'
import { errno } from '../native/errno.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { openScripted } from '../testing/scripted-store.ts'

const { discard, extents, read, zero } = StoreOperation
const block = pattern(4096, 1)

describe('a fileio store', () => {
  it('is the product that LIO calls it, and must be taken to rotate', async () => {
    await using scripted = await openScripted()
    expect(scripted.store).toMatchObject({ productName: 'FILEIO', rotational: true })
  })

  it.each([
    ['EIO', 'io'],
    ['ENOSPC', 'noSpace'],
    ['EDQUOT', 'noSpace'],
    ['EFBIG', 'noSpace'],
    ['EROFS', 'readOnly'],
    ['EPERM', 'readOnly'],
    ['ENODEV', 'gone'],
    ['ENXIO', 'gone'],
    ['ESTALE', 'gone'],
    ['ENOMEM', 'noMemory'],
    ['EBADMSG', 'io'],
  ] as const)('turns %s into the fault %s', async (code, fault) => {
    await using scripted = await openScripted()
    scripted.script.next('write', -errno[code])
    expect(await scripted.driver.write(0, block)).toBe(fault)
    expect(await scripted.driver.write(0, block)).toBeUndefined()
  })

  it('answers reads behind the end of a file that was cut off with `gone`, in place and in a lane', async () => {
    for (const native of [true, false]) {
      await using scripted = await openScripted({ native })
      const { driver, path, script } = scripted
      await driver.write(0, block)
      truncateSync(path, 2048)
      // In place the system itself gives the first half; the lane gets the rest.
      script.next('read', ...(native && scripted.canReadInPlace ? [0] : [2048, 0, 0, 0]))
      const slot = driver.take(4096)
      expect(await driver.perform({ operation: read, lengthBytes: 4096, slot })).toBe('gone')
      expect(await driver.perform({ operation: read, offset: 65_536, lengthBytes: 4096, slot })).toBe('gone')
      slot.release()
    }
  })

  it('does not let a file that was cut off grow again: changes behind its end fail with `gone`', async () => {
    for (const native of [true, false]) {
      await using scripted = await openScripted({ native })
      const { driver, path, script } = scripted
      truncateSync(path, 2048)
      script.next('sizeBytes', 2048, 2048, 2048)
      expect(await driver.write(0, block)).toBe('gone')
      expect(await driver.perform({ operation: zero, offset: 4096, lengthBytes: 512 })).toBe('gone')
      const discarded = native ? 'gone' : 'unsupported'
      expect(await driver.perform({ operation: discard, offset: 4096, lengthBytes: 512 })).toBe(discarded)
      expect([scripted.calls, statSync(path).size]).toEqual([[], 2048])
    }
  })

  it('goes on with the rest after a short write, and fails with what the rest fails with', async () => {
    await using scripted = await openScripted()
    const { driver, script } = scripted
    script.next('write', 1024, -errno.ENOSPC, -errno.ENOSPC)
    expect(await driver.write(8192, block)).toBe('noSpace')
    expect(script.made.map(([, , , lengthBytes, offset]) => [lengthBytes, offset])).toEqual([
      [4096, 8192],
      [3072, 9216],
      [3072, 9216],
    ])
  })

  it('reports once that its space has run out, and again after there was some', async () => {
    await using scripted = await openScripted()
    const { driver, events, script } = scripted
    const { ENOSPC } = errno
    script.next('write', -ENOSPC, -ENOSPC, 4096, -ENOSPC)
    for (let i = 0; i < 4; i++) await driver.write(0, block)
    expect(events).toEqual([{ kind: 'spaceExhausted' }, { kind: 'spaceExhausted' }])
  })

  it('zeroes and discards a long range in steps, and goes on where the system did less', async () => {
    const step = 16 * 1024 ** 2
    await using scripted = await openScripted({ sizeBytes: 2 * step, native: true })
    const { driver, script } = scripted
    expect(await driver.perform({ operation: discard, offset: 512, lengthBytes: step })).toBeUndefined()
    script.next('zero', 4096)
    expect(await driver.perform({ operation: zero, offset: 0, lengthBytes: 8192 })).toBeUndefined()
    expect(script.made).toMatchObject([
      ['discard', expect.any(Number), 512, step - 512],
      ['discard', expect.any(Number), step, 512],
      ['zero', expect.any(Number), 0, 8192],
      ['zero', expect.any(Number), 4096, 4096],
    ])
  })

  it('has nothing to write when it was opened for reading', async () => {
    const first = await openScripted()
    const { path } = first
    await first.store.close()
    await using scripted = await openScripted({ path, readOnly: true })
    const { driver } = scripted
    expect(await driver.write(0, block)).toBe('readOnly')
    expect(await driver.perform({ operation: zero, lengthBytes: 512 })).toBe('readOnly')
    expect(await driver.perform({ operation: StoreOperation.flush })).toBeUndefined()
    expect((await driver.read(0, 512)).length).toBe(512)
    expect(scripted.calls).toEqual(['read'])
  })

  it('ends an extents operation with the fault that the system gave', async () => {
    await using scripted = await openScripted({ native: true })
    scripted.script.next('seek', -errno.EIO)
    expect(await scripted.driver.perform({ operation: extents, lengthBytes: 4096 })).toBe('io')
  })

  it('throws on a slot of another slab, whose numbers would mean other memory', async () => {
    await using scripted = await openScripted()
    await using other = await openScripted()
    const slot = other.driver.take(4096)
    await expect(scripted.driver.perform({ operation: read, lengthBytes: 4096, slot })).rejects.toThrow('another slab')
    slot.release()
  })
})

describe('a store whose lane has died', () => {
  it('ends what it had as lost, is not available, and serves again when the lane is back', async () => {
    await using scripted = await openScripted()
    const { driver, events, lanes, store } = scripted
    lanes.automatic = false
    const pending = [driver.write(0, block), driver.perform({ operation: zero, lengthBytes: 512 })]
    lanes.die()
    expect(await Promise.all(pending)).toEqual(['laneLost', 'laneLost'])
    expect(store.available).toBe(false)
    expect(await driver.write(0, block)).toBe('laneLost')
    lanes.automatic = true
    lanes.comeBack()
    expect(store.available).toBe(true)
    expect(await driver.write(0, block)).toBeUndefined()
    expect(events).toEqual([
      { kind: 'availability', available: false },
      { kind: 'availability', available: true },
    ])
  })

  it('asks the second opening of its file what a flush came to that was lost', async () => {
    for (const [answer, fault] of [
      [0, undefined],
      [-errno.EIO, 'flushFailed'],
    ] as const) {
      await using scripted = await openScripted()
      const { driver, lanes, script, store } = scripted
      await driver.write(0, block)
      lanes.automatic = false
      const flushed = driver.perform({ operation: StoreOperation.flush })
      await Promise.resolve()
      lanes.die()
      expect(await flushed).toBe('laneLost')
      const firstFd = script.made[0]?.[1]
      script.next('sync', answer)
      lanes.comeBack()
      expect(store.available).toBe(false)
      lanes.serve()
      expect(store.available).toBe(true)
      expect(script.made.at(-1)?.[1]).not.toBe(firstFd)
      lanes.automatic = true
      expect(await driver.write(0, block)).toBe(fault)
    }
  })

  it('asks nobody when the lost flush was never begun', async () => {
    await using scripted = await openScripted()
    const { driver, lanes, store } = scripted
    lanes.automatic = false
    const pending = [driver.write(0, block), driver.perform({ operation: StoreOperation.flush })]
    await Promise.resolve()
    lanes.die()
    expect(await Promise.all(pending)).toEqual(['laneLost', 'laneLost'])
    lanes.comeBack()
    expect(store.available).toBe(true)
    expect(scripted.calls).toEqual([])
  })

  it('stays away when its file was cut off in the meantime', async () => {
    await using scripted = await openScripted()
    const { driver, lanes, path, store } = scripted
    lanes.die()
    truncateSync(path, 512)
    lanes.comeBack()
    expect(store.available).toBe(false)
    expect(await driver.write(0, block)).toBe('gone')
  })
})
