import { describe, expect, it } from 'vitest'
import { pattern } from '../compliance/pattern.ts'
import type { RequestFields } from '../compliance/store-driver.ts'
import { errno } from '../native/errno.ts'
import { StoreOperation } from '../store/store-operation.ts'
import { StoreRequest } from '../store/store-request.ts'
import { openScripted, type ScriptedStore } from '../testing/scripted-store.ts'

const { discard, extents, flush, read, write, zero } = StoreOperation
const block = pattern(4096, 1)

/** Runs an operation on one block; gives its fault and what is said to have caused it. */
async function run({ driver }: ScriptedStore, fields: RequestFields) {
  const slot = driver.take(4096)
  const request = Object.assign(new StoreRequest(driver), { lengthBytes: 4096, slot, ...fields })
  await driver.run(request)
  slot.release()
  return { fault: request.fault, cause: request.cause }
}

describe('a fault', () => {
  it.each([
    ['write', { operation: write }, 'ENOSPC', 'pwrite'],
    ['read', { operation: read }, 'EIO', 'pread'],
    ['sync', { operation: flush }, 'EIO', 'fdatasync'],
    ['zero', { operation: zero }, 'EROFS', 'fallocate'],
    ['discard', { operation: discard }, 'EIO', 'fallocate'],
    ['seek', { operation: extents }, 'EIO', 'lseek'],
    ['writeThrough', { operation: write, fua: true }, 'EIO', 'pwritev2'],
    ['sync', { operation: zero, fua: true }, 'EIO', 'fdatasync'],
  ] as const)('of %s (%j) carries what the system said: %s in %s', async (call, fields, code, name) => {
    await using scripted = await openScripted({ native: true, inPlace: false })
    scripted.script.next(call, -errno[code])
    expect((await run(scripted, fields)).cause).toEqual({ code, errno: errno[code], call: name })
  })

  it('of a write-through carries what the write said, where it failed without its flush too', async () => {
    await using scripted = await openScripted()
    scripted.script.next('writeThrough', -errno.EIO)
    scripted.script.next('write', -errno.EDQUOT)
    const { cause } = await run(scripted, { operation: write, fua: true })
    expect(cause).toEqual({ code: 'EDQUOT', errno: errno.EDQUOT, call: 'pwrite' })
  })

  it('has no cause where the system was not asked, or said nothing wrong', async () => {
    await using scripted = await openScripted()
    expect(await run(scripted, { operation: discard })).toEqual({ fault: 'unsupported', cause: undefined })
    expect(await run(scripted, { operation: read, offset: 2 ** 40 })).toEqual({ fault: 'gone', cause: undefined })
    scripted.script.next('read', 0)
    expect(await run(scripted, { operation: read })).toEqual({ fault: 'gone', cause: undefined })
    // The file was cut off; the lane saw that before it wrote.
    scripted.script.next('sizeBytes', 512)
    expect(await run(scripted, { operation: write })).toEqual({ fault: 'gone', cause: undefined })
  })

  it('that follows from a failed flush carries what that flush said, and so does the event', async () => {
    await using scripted = await openScripted()
    const { driver, events, script, store } = scripted
    await driver.write(0, block)
    script.next('sync', -errno.EIO)
    const cause = { code: 'EIO', errno: 5, call: 'fdatasync' }
    expect(await run(scripted, { operation: flush })).toEqual({ fault: 'io', cause })
    expect(await run(scripted, { operation: write })).toEqual({ fault: 'flushFailed', cause })
    expect(await run(scripted, { operation: flush })).toEqual({ fault: 'flushFailed', cause })
    expect(events).toEqual([{ kind: 'flushFailed', cause }])
    store.clearFault()
    expect(await run(scripted, { operation: write })).toEqual({ fault: undefined, cause: undefined })
  })

  it('of a lost operation has no cause', async () => {
    await using scripted = await openScripted()
    scripted.lanes.automatic = false
    const lost = run(scripted, { operation: flush })
    await Promise.resolve()
    scripted.lanes.die()
    expect(await lost).toEqual({ fault: 'laneLost', cause: undefined })
    scripted.lanes.comeBack()
  })
})
