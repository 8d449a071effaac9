import { describe, expect, it } from 'vitest'
import { Polling } from './polling.ts'

/** Polling for 50 µs on an event loop and a clock that the test turns. */
function setUp() {
  let nowMs = 0
  const turns: (() => void)[] = []
  const polling = new Polling({ pollUs: 50, clock: () => nowMs, nextTurn: run => turns.push(run) })
  /** Lets the loop turn once, after so many microseconds. */
  const turn = (us: number): void => {
    nowMs += us / 1000
    turns.shift()?.()
  }
  return { polling, turns, turn }
}

describe('Polling', () => {
  it('does nothing before there was work', () => {
    expect(setUp().turns).toHaveLength(0)
  })

  it('begins one turn, however much comes before it', () => {
    const { polling, turns } = setUp()
    for (let i = 0; i < 3; i++) polling.worked()
    expect([turns.length, polling.turning]).toEqual([1, true])
  })

  it('turns the loop for its time after work, then lets the thread sleep', () => {
    const { polling, turns, turn } = setUp()
    polling.worked()
    for (let us = 0; us <= 40; us += 10) turn(us === 0 ? 0 : 10)
    expect(turns).toHaveLength(1)
    turn(10)
    expect(turns).toHaveLength(0)
    expect(polling.turning).toBe(false)
  })

  it('goes on from work that comes meanwhile, and turns once a turn however much comes', () => {
    const { polling, turns, turn } = setUp()
    polling.worked()
    turn(0)
    for (let i = 0; i < 5; i++) polling.worked()
    expect(turns).toHaveLength(1)
    turn(45)
    turn(45)
    expect(turns).toHaveLength(1)
    turn(45)
    expect(turns).toHaveLength(0)
  })

  it('starts anew after it has let the thread sleep', () => {
    const { polling, turns, turn } = setUp()
    polling.worked()
    turn(0)
    turn(60)
    polling.worked()
    turn(1000)
    expect(turns).toHaveLength(1)
  })

  it('lets the thread sleep at once when its time is 0, and looks again when it has one', () => {
    const { polling, turns, turn } = setUp()
    polling.pollUs = 0
    polling.worked()
    expect([turns.length, polling.turning]).toEqual([0, false])
    polling.pollUs = 50
    polling.worked()
    turn(0)
    polling.pollUs = 0
    turn(60)
    expect([turns.length, polling.turning]).toEqual([0, false])
  })

  it('counts what had completed as work', () => {
    const { polling, turns, turn } = setUp()
    const completed = [false, true, false]
    polling.watch({ poll: () => completed.shift() ?? false })
    polling.worked()
    turn(0)
    turn(45)
    turn(45)
    expect(turns).toHaveLength(1)
    turn(10)
    expect(turns).toHaveLength(0)
  })
})
