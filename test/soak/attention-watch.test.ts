import { describe, expect, it } from 'vitest'
import { AttentionWatch } from './attention-watch.ts'

const what = 'reportedLunsDataHasChanged'
const tellable = { next: 7, isTellable: true }

describe('the watch over attentions', () => {
  it('knows of nothing to tell where nothing has changed', () => {
    const watch = new AttentionWatch()
    expect(watch.told(what, 0, 1)).toBe(false)
    expect(watch.isDue(what, 0, 1)).toBe(false)
  })

  it('lets a nexus be told while something changes, and not once more after it', () => {
    const watch = new AttentionWatch()
    const ended = watch.begin(what, 0)
    expect(watch.told(what, 0, 5)).toBe(true)
    ended(tellable)
    expect(watch.isDue(what, 0, 7)).toBe(false)
    expect(watch.told(what, 0, 7)).toBe(false)
  })

  it('lets two changes be told of by one answer, or the last by another one where the first was sent before it', () => {
    const once = new AttentionWatch()
    for (const next of [3, 7]) once.begin(what, 0)({ ...tellable, next })
    expect([7, 8].map(operation => once.told(what, 0, operation))).toEqual([true, false])
    const twice = new AttentionWatch()
    for (const next of [3, 7]) twice.begin(what, 0)({ ...tellable, next })
    expect([6, 7, 8].map(operation => twice.told(what, 0, operation))).toEqual([true, true, false])
  })

  it('finds an operation that ends well, though it was sent when the nexus had not been told', () => {
    const watch = new AttentionWatch()
    watch.begin(what, 0)(tellable)
    expect([6, 7, 8].map(operation => watch.isDue(what, 0, operation))).toEqual([false, true, true])
    expect(watch.isDue(what, 1, 8)).toBe(false)
    expect(watch.isDue('capacityDataHasChanged', 0, 8)).toBe(false)
    expect(watch.told(what, 0, 7)).toBe(true)
    expect(watch.isDue(what, 0, 8)).toBe(false)
  })

  it('takes a reset of a unit, and a new session, for all that was to be told', () => {
    const watch = new AttentionWatch()
    for (const lun of [1, 10, 2]) watch.begin(what, lun)(tellable)
    watch.forget(1)
    expect([1, 10, 2].map(lun => watch.isDue(what, lun, 7))).toEqual([false, true, true])
    watch.forget()
    expect([1, 10, 2].map(lun => watch.isDue(what, lun, 7))).toEqual([false, false, false])
  })

  it('asks for nothing of a nexus that could not be told', () => {
    const watch = new AttentionWatch()
    watch.begin(what, 0)({ next: 7, isTellable: false })
    expect(watch.isDue(what, 0, 7)).toBe(false)
    expect(watch.told(what, 0, 7)).toBe(true)
  })
})
