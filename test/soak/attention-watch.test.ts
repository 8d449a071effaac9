import { describe, expect, it } from 'vitest'
import { AttentionWatch } from './attention-watch.ts'

const what = 'reportedLunsDataHasChanged'

describe('the watch over attentions', () => {
  it('knows of nothing to tell where nothing has changed', () => {
    const watch = new AttentionWatch()
    expect(watch.told(what, 0)).toBe(false)
    expect(watch.isDue(what, 0, 1)).toBe(false)
  })

  it('lets a nexus be told while something changes, and once after it', () => {
    const watch = new AttentionWatch()
    const ended = watch.begin(what, 0)
    expect(watch.told(what, 0)).toBe(true)
    ended(7)
    expect(watch.isDue(what, 0, 7)).toBe(false)
    expect(watch.told(what, 0)).toBe(false)
  })

  it('finds an operation that ends well, though it was sent when the nexus had not been told', () => {
    const watch = new AttentionWatch()
    watch.begin(what, 0)(7)
    expect([6, 7, 8].map(operation => watch.isDue(what, 0, operation))).toEqual([false, true, true])
    expect(watch.isDue(what, 1, 8)).toBe(false)
    expect(watch.isDue('capacityDataHasChanged', 0, 8)).toBe(false)
    expect(watch.told(what, 0)).toBe(true)
    expect(watch.isDue(what, 0, 8)).toBe(false)
  })

  it('takes a reset of a unit, and a new session, for all that was to be told', () => {
    const watch = new AttentionWatch()
    for (const lun of [1, 10, 2]) watch.begin(what, lun)(7)
    watch.forget(1)
    expect([1, 10, 2].map(lun => watch.isDue(what, lun, 7))).toEqual([false, true, true])
    watch.forget()
    expect([1, 10, 2].map(lun => watch.isDue(what, lun, 7))).toEqual([false, false, false])
  })

  it('asks for nothing of a nexus that could not be told', () => {
    const watch = new AttentionWatch()
    watch.begin(what, 0)(undefined)
    expect(watch.isDue(what, 0, 7)).toBe(false)
    expect(watch.told(what, 0)).toBe(true)
  })
})
