import { setImmediate } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { Clock } from './clock.ts'

/** A clock that is a millisecond later each time it is looked at. */
function counting(): Clock {
  let looks = 0
  return new Clock(() => ++looks)
}

describe('a clock', () => {
  it('gives the time that it has read eight times more, then looks again', () => {
    const clock = counting()
    expect(Array.from({ length: 10 }, () => clock.now())).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 2])
  })

  it('looks when it is told to, and what follows has that time', () => {
    const clock = counting()
    expect([clock.now(), clock.read(), clock.now()]).toEqual([1, 2, 2])
  })

  it('does not look again after what was timed by whoever did it', () => {
    const clock = counting()
    const since = clock.now()
    expect([clock.look(), clock.look(), clock.readSince(since), clock.now()]).toEqual([2, 3, 3, 3])
  })

  it('looks after what nobody has timed', () => {
    const clock = counting()
    const since = clock.now()
    expect([clock.readSince(since), clock.now()]).toEqual([2, 2])
  })

  it('gives no time that is of an earlier turn of the event loop', async () => {
    const clock = counting()
    for (let turn = 1; turn <= 3; turn++) {
      expect([clock.now(), clock.now()]).toEqual([turn, turn])
      await setImmediate()
    }
  })

  it("is the system's unless it is told otherwise", () => {
    const before = performance.now()
    const now = new Clock().now()
    expect(now).toBeGreaterThanOrEqual(before)
    expect(now).toBeLessThanOrEqual(performance.now())
  })

  it('refuses a source that is no function', () => {
    expect(() => new Clock(5 as never)).toThrow(TypeError)
  })
})
