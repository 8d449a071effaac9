import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { startTimerWheel, TimerWheel } from './timer-wheel.ts'

function wheelByHand(tickMs = 100) {
  let nowMs = 12_345
  const wheel = new TimerWheel({ clock: () => nowMs, tickMs })
  const pass = (ms: number): void => {
    nowMs += ms
    wheel.advance()
  }
  return { wheel, pass, now: () => nowMs }
}

describe('a timer wheel', () => {
  it('calls an action once, not before its time and at most a tick after it', () => {
    const { wheel, pass } = wheelByHand()
    let calls = 0
    wheel.after(1000, () => calls++)
    for (let i = 0; i < 9; i++) pass(100)
    expect(calls).toBe(0)
    pass(100)
    pass(100)
    expect(calls).toBe(1)
    pass(100_000)
    expect(calls).toBe(1)
  })

  it('forgets a deadline that was taken back', () => {
    const { wheel, pass } = wheelByHand()
    let calls = 0
    const cancel = wheel.after(100, () => calls++)
    cancel()
    cancel()
    pass(1000)
    expect([calls, wheel.size]).toEqual([0, 0])
  })

  it('keeps a deadline that is further away than the wheel is round', () => {
    const { wheel, pass } = wheelByHand()
    let calls = 0
    wheel.after(100_000, () => calls++)
    for (let i = 0; i < 999; i++) pass(100)
    expect(calls).toBe(0)
    pass(100)
    pass(100)
    expect(calls).toBe(1)
  })

  it('lets no deadline pass that the process stood still in, but for a few ticks', () => {
    const { wheel, pass } = wheelByHand()
    const called: number[] = []
    for (const ms of [1, 350, 1000, 30_000]) wheel.after(ms, () => called.push(ms))
    const beforeMs = wheel.now
    pass(5 * 3600 * 1000)
    expect([called, wheel.now - beforeMs]).toEqual([[1, 350], 400])
    for (let i = 0; i < 7; i++) pass(100)
    expect(called).toEqual([1, 350, 1000])
  })

  it('counts a deadline from where its time stands, when the process has stood still', () => {
    let nowMs = 0
    const wheel = new TimerWheel({ clock: () => nowMs, tickMs: 100 })
    let calls = 0
    nowMs = 60_000
    wheel.after(1000, () => calls++)
    for (let i = 0; i < 9; i++, nowMs += 100) wheel.advance()
    expect(calls).toBe(0)
    for (let i = 0; i < 3; i++, nowMs += 100) wheel.advance()
    expect(calls).toBe(1)
  })

  it('lets an action ask for another deadline', () => {
    const { wheel, pass } = wheelByHand()
    const at: number[] = []
    const again = (): void => {
      at.push(wheel.now)
      if (at.length < 3) wheel.after(200, again)
    }
    wheel.after(200, again)
    for (let i = 0; i < 20; i++) pass(100)
    expect(at).toHaveLength(3)
  })

  it('is never early and at most two ticks late, whatever is asked for', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60_000), { maxLength: 50 }), fc.integer({ min: 10, max: 700 }), (delays, tickMs) => {
        const { wheel, pass, now } = wheelByHand(tickMs)
        const lateness: number[] = []
        for (const ms of delays) {
          const dueMs = now() + ms
          wheel.after(ms, () => lateness.push(now() - dueMs))
        }
        while (wheel.size > 0) pass(tickMs)
        expect(lateness).toHaveLength(delays.length)
        for (const late of lateness) expect(late >= 0 && late <= 2 * tickMs).toBe(true)
      }),
      { numRuns: 50 },
    )
  })
})

describe('what a timer wheel is made with', () => {
  it('is a tick of half a second where nothing is said', () => {
    expect(new TimerWheel().tickMs).toBe(500)
  })

  it.each([0, 60_001, 1.5])('is no tick of %d ms', tickMs => {
    expect(() => new TimerWheel({ tickMs })).toThrow('right is a whole number from 1 to 60000')
  })

  it('is a tick of one millisecond, or of a minute', () => {
    expect([1, 60_000].map(tickMs => new TimerWheel({ tickMs }).tickMs)).toEqual([1, 60_000])
  })

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('has no deadline in %d ms', delayMs => {
    const { wheel } = wheelByHand()
    expect(() => wheel.after(delayMs, () => {})).toThrow('right is a number of milliseconds, 0 or more')
    expect(wheel.size).toBe(0)
  })

  it('has one in 0 ms at the next tick', () => {
    const { wheel, pass } = wheelByHand()
    let calls = 0
    wheel.after(0, () => calls++)
    pass(100)
    expect([calls, wheel.size]).toEqual([1, 0])
  })
})

describe('a timer wheel that the clock of the process turns', () => {
  it('does so tick by tick, until it is stopped', () => {
    vi.useFakeTimers()
    try {
      const { wheel, stop } = startTimerWheel({ tickMs: 100 })
      let calls = 0
      for (const delayMs of [250, 10_000]) wheel.after(delayMs, () => calls++)
      vi.advanceTimersByTime(200)
      expect(calls).toBe(0)
      vi.advanceTimersByTime(300)
      expect(calls).toBe(1)
      stop()
      vi.advanceTimersByTime(20_000)
      expect([calls, vi.getTimerCount()]).toEqual([1, 0])
    } finally {
      vi.useRealTimers()
    }
  })
})
