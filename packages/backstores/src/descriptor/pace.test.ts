import { describe, expect, it } from 'vitest'
import { ManualTimers } from '../testing/manual-timers.ts'
import { Pace } from './pace.ts'

const rule = { slowAfterMs: 0.5, stopAfterMs: 10, slowLimit: 2, fastPerSlow: 4, pauseMs: 100, longestPauseMs: 400 }

function setUp(): { pace: Pace; timers: ManualTimers } {
  const timers = new ManualTimers()
  timers.advance(1000)
  return { pace: new Pace(rule, timers), timers }
}

function note(pace: Pace, count: number, elapsedMs: number): void {
  for (let i = 0; i < count; i++) pace.note(elapsedMs, 4096)
}

describe('the pace', () => {
  it('stops after two slow ones in short succession, for as long as the rule says', () => {
    const { pace, timers } = setUp()
    note(pace, 1, 2)
    expect(pace.allowed).toBe(true)
    note(pace, 1, 2)
    expect(pace.allowed).toBe(false)
    timers.advance(99)
    expect(pace.allowed).toBe(false)
    timers.advance(1)
    expect(pace.allowed).toBe(true)
    expect(pace.slow).toBe(2)
  })

  it('forgives a slow one after four fast ones', () => {
    const { pace } = setUp()
    for (let i = 0; i < 10; i++) {
      note(pace, 1, 2)
      note(pace, 4, 0.01)
    }
    expect(pace.allowed).toBe(true)
    expect(pace.slow).toBe(10)
  })

  it('stops at once after one that took very long', () => {
    const { pace } = setUp()
    note(pace, 1, 10.1)
    expect(pace.allowed).toBe(false)
  })

  it('gives a long one a microsecond more for each KiB', () => {
    const { pace } = setUp()
    pace.note(0.5 + 0.255, 256 * 1024)
    pace.note(0.5 + 0.257, 256 * 1024)
    expect(pace.slow).toBe(1)
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
