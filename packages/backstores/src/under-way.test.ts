import { describe, expect, it } from 'vitest'
import { StoreRequest } from './store/store-request.ts'
import { UnderWay } from './under-way.ts'

describe('what a store has under way', () => {
  it('is told to its owner when it has ended, and is counted until then', () => {
    const underWay = new UnderWay()
    const ended: StoreRequest[] = []
    const request = new StoreRequest({ completed: each => ended.push(each) })
    underWay.begin()
    expect([underWay.count, ended]).toEqual([1, []])
    underWay.ended(request)
    expect([underWay.count, ended]).toEqual([0, [request]])
  })

  it('ends before the last thing that closing does, which is done once', async () => {
    const underWay = new UnderWay()
    const done: string[] = []
    const request = new StoreRequest({ completed: () => done.push('ended') })
    const last = async () => {
      done.push('last')
      return 'io' as const
    }
    underWay.begin()
    underWay.begin()
    const closed = underWay.close(last)
    expect([underWay.isClosing, underWay.close(last) === closed]).toEqual([true, true])
    await Promise.resolve()
    underWay.leave()
    expect(done).toEqual([])
    underWay.ended(request)
    expect([await closed, await underWay.close(last)]).toEqual(['io', 'io'])
    expect(done).toEqual(['ended', 'last'])
  })

  it('may be nothing: then closing waits for nothing', async () => {
    expect(await new UnderWay().close(async () => undefined)).toBeUndefined()
  })
})
