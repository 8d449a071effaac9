import { describe, expect, it } from 'vitest'
import { Readiness } from './readiness.ts'

const NEEDS_MEDIUM = { whileNotReady: false }
const NEEDS_NONE = { whileNotReady: true }

describe('the readiness of a unit', () => {
  it('has no condition while the store is available, nothing hangs and the medium is in', () => {
    expect(new Readiness({ available: true }).condition).toBeUndefined()
  })

  it('reports, of several conditions, an operation that does not return before the store, and that before the medium', () => {
    const store = { available: false }
    const readiness = new Readiness(store)
    readiness.hang()
    readiness.eject()
    expect(readiness.condition?.sense).toEqual({ key: 2, asc: 0x04, ascq: 0x00 })
    readiness.returned()
    expect(readiness.condition?.sense).toEqual({ key: 2, asc: 0x04, ascq: 0x01 })
    store.available = true
    expect(readiness.condition?.sense).toEqual({ key: 2, asc: 0x3a, ascq: 0x00 })
    readiness.load()
    expect(readiness.condition).toBeUndefined()
  })

  it('has no medium where what the store keeps its blocks on has gone', () => {
    const store = { available: false, gone: true }
    const readiness = new Readiness(store)
    expect(readiness.condition?.sense).toEqual({ key: 2, asc: 0x3a, ascq: 0x00 })
    store.available = true
    expect(readiness.condition).toBeUndefined()
  })

  it('lasts until the last operation that hangs has returned', () => {
    const readiness = new Readiness({ available: true })
    expect([readiness.hang(), readiness.hang()]).toEqual([true, false])
    expect([readiness.returned(), readiness.hangs]).toEqual([false, true])
    expect([readiness.returned(), readiness.hangs]).toEqual([true, false])
  })

  it('lets commands pass that need no medium, and no others', () => {
    const { condition } = new Readiness({ available: false })
    expect([condition?.passes(NEEDS_NONE), condition?.passes(NEEDS_MEDIUM)]).toEqual([true, false])
  })
})
