import { describe, expect, it } from 'vitest'
import { TARGET_LIMITS } from '../limits.ts'
import { TargetStatistics } from '../statistics.ts'
import { type LoginPlace, LoginQueue } from './login-queue.ts'

/** A queue with places for so many connections, of which these sources have come in, one after the other. */
function queued(connectionsInLogin: number, sources: readonly string[], connectionsInLoginPerSource = 100) {
  const statistics = new TargetStatistics()
  const queue = new LoginQueue({ ...TARGET_LIMITS, connectionsInLogin, connectionsInLoginPerSource }, statistics)
  const gaveWay: number[] = []
  const places = sources.map((source, at): LoginPlace => {
    const place = {
      source,
      giveWay: () => {
        gaveWay.push(at)
        queue.leave(place)
      },
    }
    queue.enter(place)
    return place
  })
  return { queue, places, gaveWay, statistics }
}

describe('connections that have not logged in', () => {
  it('come in while there is a place', () => {
    const { queue, statistics } = queued(3, ['a', 'a'])
    expect([queue.refusal('a'), queue.size, statistics.get('connectionsInLogin')]).toEqual([undefined, 2, 2])
  })

  it('are kept out where there is none, though nobody has one', () => {
    const { queue, statistics } = queued(0, [])
    expect(queue.refusal('a')).toEqual({ counted: 'in_login', reason: '0 connections have not logged in' })
    expect(statistics.get('loginsDisplaced')).toBe(0)
  })

  it('are kept out where their own source has all that it may have', () => {
    const { queue } = queued(10, ['a', 'a', 'b'], 2)
    const reason = '2 connections from a have not logged in'
    expect(queue.refusal('a')).toEqual({ counted: 'of_source', reason })
    expect(queue.refusal('b')).toBeUndefined()
  })

  it.each([
    ['one of a source that has none takes the place of the oldest of the one that has most', 'c', [1]],
    ['one of a source that would have as many then is kept out', 'b', []],
    ['one of the source that has most is kept out', 'a', []],
  ])('are let in by turns: %s', (_what, source, gone) => {
    const { queue, gaveWay, statistics } = queued(3, ['b', 'a', 'a'])
    const refusal = queue.refusal(source)
    expect(gaveWay).toEqual(gone)
    expect(refusal?.reason).toBe(gone.length > 0 ? undefined : '3 connections have not logged in')
    expect(statistics.get('loginsDisplaced')).toBe(gone.length)
  })

  it('give way first where they came first, of sources that have as many', () => {
    const { queue, gaveWay } = queued(4, ['a', 'b', 'b', 'a'])
    expect([queue.refusal('c'), gaveWay]).toEqual([undefined, [0]])
  })

  it('are not there any more once they have left, each once', () => {
    const { queue, places, statistics } = queued(2, ['a', 'a'])
    for (const place of [...places, ...places]) queue.leave(place)
    queue.leave({ source: 'nobody', giveWay: () => {} })
    expect([queue.size, statistics.get('connectionsInLogin')]).toEqual([0, 0])
    expect(queue.refusal('b')).toBeUndefined()
  })
})
