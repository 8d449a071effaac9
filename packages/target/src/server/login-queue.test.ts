import { describe, expect, it } from 'vitest'
import { TARGET_LIMITS } from '../limits.ts'
import { TargetStatistics } from '../statistics.ts'
import type { LoginPlace } from './login-place.ts'
import { LoginQueue } from './login-queue.ts'

/** A queue with places for so many connections, of which these sources have come in, one after the other, at once. */
function queued(connectionsInLogin: number, sources: readonly string[], connectionsInLoginPerSource = 100) {
  const statistics = new TargetStatistics()
  const timers = { now: 0 }
  const limits = { ...TARGET_LIMITS, connectionsInLogin, connectionsInLoginPerSource }
  const queue = new LoginQueue({ limits, timers, statistics })
  const gaveWay: number[] = []
  const places = sources.map((source, at) => {
    const place = queue.enter({
      source,
      giveWay: () => {
        gaveWay.push(at)
        place.leave()
      },
    })
    return place
  })
  const place = (at: number) => places[at] as LoginPlace
  return { queue, places, place, gaveWay, statistics, timers }
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

  it('come in beyond what their own source may have while all of its logins get on', () => {
    const { queue, timers, gaveWay } = queued(10, ['a', 'a', 'b'], 2)
    timers.now = 1999
    expect([queue.refusal('a'), gaveWay]).toEqual([undefined, []])
  })

  it('get the place of the one of their own source that has got no further for longest, where that has all that it may have', () => {
    const { queue, timers, gaveWay } = queued(10, ['b', 'a', 'a'], 2)
    timers.now = 2000
    expect([queue.refusal('a'), gaveWay]).toEqual([undefined, [1]])
  })

  it('are kept out where neither their own source nor all may have more', () => {
    const { queue, gaveWay } = queued(3, ['a', 'a', 'b'], 2)
    const reason = '2 connections from a have not logged in'
    expect([queue.refusal('a'), gaveWay]).toEqual([{ counted: 'of_source', reason }, []])
  })

  it.each([
    ['one of a source that has none takes the place of the oldest of the one that has most', 'c', [1]],
    ['one of a source that would have as many then is kept out', 'b', []],
    ['one of the source that has most is kept out', 'a', []],
  ])('are let in by turns while all get on: %s', (_what, source, gone) => {
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

  it.each(['a', 'b', 'c'])('give way once they have got no further for long, whosever they are: to %s', source => {
    const { queue, gaveWay, timers } = queued(3, ['b', 'a', 'a'])
    timers.now = 2000
    expect([queue.refusal(source), gaveWay]).toEqual([undefined, [0]])
  })

  it('give way in the order in which they got no further', () => {
    const { queue, place, gaveWay, timers } = queued(3, ['a', 'a', 'a'], 3)
    timers.now = 1000
    place(0).stepped()
    timers.now = 2999
    place(1).stepped()
    expect([queue.refusal('a'), queue.refusal('a'), gaveWay]).toEqual([undefined, undefined, [2]])
    const beyond = queue.enter({ source: 'a', giveWay: () => {} })
    timers.now = 3000
    expect([queue.refusal('a'), gaveWay]).toEqual([undefined, [2, 0]])
    beyond.leave()
  })

  it('give way to nobody once they have proved who they are', () => {
    const { queue, places, gaveWay, timers } = queued(2, ['a', 'a'], 2)
    for (const place of places) place.keep()
    timers.now = 1e6
    expect([queue.refusal('a')?.counted, queue.refusal('b')?.counted, gaveWay]).toEqual(['of_source', 'in_login', []])
  })

  it('are not there any more once they have left, each once, whatever they do then', () => {
    const { queue, places, statistics } = queued(2, ['a', 'a'])
    for (const place of [...places, ...places]) place.leave()
    for (const place of places) place.stepped()
    expect([queue.size, statistics.get('connectionsInLogin')]).toEqual([0, 0])
    expect(queue.refusal('b')).toBeUndefined()
  })
})
