import { describe, expect, it } from 'vitest'
import { ManualTimers } from '../testing/manual-timers.ts'
import { Pace } from './pace.ts'

const rule = { slowAfterMs: 0.5, stopAfterMs: 10, slowLimit: 2, fastPerSlow: 4, pauseMs: 100, longestPauseMs: 400 }

function setUp(): { pace: Pace; timers: ManualTimers } {
  const timers = new ManualTimers()
  timers.advance(1000)
  return { pace: new Pace(rule, timers), timers }
}

/** Notes so many; how many of them were slow. */
function note(pace: Pace, count: number, elapsedMs: number): number {
  let slow = 0
  for (let i = 0; i < count; i++) if (pace.note(elapsedMs, 4096)) slow++
  return slow
}

describe('the pace', () => {
  it('stops after two slow ones in short succession, for as long as the rule says', () => {
    const { pace, timers } = setUp()
    expect(note(pace, 1, 2)).toBe(1)
    expect(pace.allowed).toBe(true)
    expect(note(pace, 1, 2)).toBe(1)
    expect(pace.allowed).toBe(false)
    timers.advance(99)
    expect(pace.allowed).toBe(false)
    timers.advance(1)
    expect(pace.allowed).toBe(true)
  })

  it('forgives a slow one after four fast ones', () => {
    const { pace } = setUp()
    for (let i = 0; i < 10; i++) {
      expect([note(pace, 1, 2), note(pace, 4, 0.01)]).toEqual([1, 0])
    }
    expect(pace.allowed).toBe(true)
  })

  it('stops at once after one that took very long', () => {
    const { pace } = setUp()
    note(pace, 1, 10.1)
    expect(pace.allowed).toBe(false)
  })

  it('gives a long one a microsecond more for each KiB', () => {
    const { pace } = setUp()
    expect(pace.note(0.5 + 0.255, 256 * 1024)).toBe(false)
    expect(pace.note(0.5 + 0.257, 256 * 1024)).toBe(true)
  })

  it('stops for twice as long when it is slow again soon after, up to a limit, and forgets that in time', () => {
    const { pace, timers } = setUp()
    for (const pauseMs of [100, 200, 400, 400]) {
      note(pace, 2, 2)
      timers.advance(pauseMs - 1)
      expect(pace.allowed).toBe(false)
      timers.advance(1)
      expect(pace.allowed).toBe(true)
    }
    timers.advance(400)
    note(pace, 2, 2)
    timers.advance(100)
    expect(pace.allowed).toBe(true)
  })
})
