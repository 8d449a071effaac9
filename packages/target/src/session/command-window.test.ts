import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CommandWindow, Verdict } from './command-window.ts'

const clock = { now: 0 }
const reopened: number[] = []
const rest = { clock, reopened: (seconds: number) => void reopened.push(seconds) }

const windowOf = (cmdSN: number, depth: number, pressed = () => false): CommandWindow =>
  new CommandWindow({ cmdSN, depth, pressed, ...rest })

describe('a command window', () => {
  it('begins at the CmdSN of the login, as wide as the session is deep', () => {
    const window = windowOf(123, 64)
    expect([window.expCmdSN, window.maxCmdSN]).toEqual([123, 186])
  })

  it('of a connection that is reinstated never moves back, however deep the session is now', () => {
    const after = (before: CommandWindow) => {
      const { expCmdSN, maxCmdSN } = new CommandWindow({ cmdSN: 1, depth: 4, pressed: () => false, before, ...rest })
      return [expCmdSN, maxCmdSN]
    }
    expect([after(windowOf(5, 16)), after(windowOf(5, 2))]).toEqual([
      [5, 20],
      [5, 8],
    ])
  })

  it('delivers the expected number, holds a later one, and ignores what is outside or twice in it', () => {
    const window = windowOf(5, 4)
    expect(window.judge(5)).toBe(Verdict.deliver)
    expect(window.judge(4)).toBe(Verdict.ignore)
    expect(window.judge(9)).toBe(Verdict.ignore)
    expect(window.judge(8)).toBe(Verdict.hold)
    window.hold(8, { deliver: () => {}, discard: () => {} })
    expect(window.judge(8)).toBe(Verdict.ignore)
  })

  it('goes over the end of the 32-bit numbers', () => {
    const window = windowOf(0xffff_fffe, 4)
    expect(window.maxCmdSN).toBe(1)
    expect(window.judge(0xffff_ffff)).toBe(Verdict.hold)
    expect(window.judge(1)).toBe(Verdict.hold)
    expect(window.judge(2)).toBe(Verdict.ignore)
    window.advance()
    window.advance()
    expect(window.expCmdSN).toBe(0)
  })

  it('delivers held requests in order as soon as the gap is filled', () => {
    const window = windowOf(1, 8)
    const delivered: number[] = []
    for (const cmdSN of [3, 2, 5]) window.hold(cmdSN, { deliver: () => delivered.push(cmdSN), discard: () => {} })
    window.advance()
    window.deliverHeld()
    expect(delivered).toEqual([2, 3])
    expect(window.expCmdSN).toBe(4)
  })

  it('goes on over a command that was aborted before it came', () => {
    const window = windowOf(1, 8)
    const delivered: number[] = []
    window.hold(2, { deliver: () => delivered.push(2), discard: () => {} })
    window.plug(1)
    window.deliverHeld()
    expect(delivered).toEqual([2])
    expect(window.expCmdSN).toBe(3)
  })

  it('invites no more while all its commands are in progress, and one more for each that ends', () => {
    const window = windowOf(10, 2)
    for (let i = 0; i < 2; i++) {
      window.advance()
      window.started()
    }
    expect([window.expCmdSN, window.maxCmdSN]).toEqual([12, 11])
    expect(window.judge(12)).toBe(Verdict.ignore)
    window.finished()
    expect(window.maxCmdSN).toBe(12)
    expect(window.judge(12)).toBe(Verdict.deliver)
  })

  it('stops advancing while memory is short, and makes up for it afterwards', () => {
    let pressed = true
    const window = windowOf(10, 2, () => pressed)
    window.advance()
    window.started()
    window.finished()
    expect([window.maxCmdSN, window.heldBack]).toEqual([11, true])
    pressed = false
    window.open()
    expect([window.maxCmdSN, window.heldBack]).toEqual([12, false])
  })

  it('is not held back, and advances no more, once it is shut', () => {
    let pressed = true
    const window = windowOf(10, 2, () => pressed)
    window.advance()
    window.started()
    window.finished()
    window.shut()
    pressed = false
    window.open()
    expect([window.maxCmdSN, window.heldBack]).toEqual([11, false])
  })

  it('drops what it holds when the session ends', () => {
    const window = windowOf(1, 8)
    let discarded = 0
    window.hold(3, { deliver: () => {}, discard: () => discarded++ })
    window.clear()
    expect([discarded, window.held]).toEqual([1, 0])
  })

  it('never moves MaxCmdSN back, nor below ExpCmdSN - 1, whatever happens', () => {
    const step = fc.record({ act: fc.constantFrom('come', 'end', 'press', 'release', 'open'), ahead: fc.nat(3) })
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 200 }),
        fc.nat(0xffff_ffff),
        fc.integer({ min: 1, max: 8 }),
        (steps, first, depth) => {
          let pressed = false
          let inProgress = 0
          const window = windowOf(first, depth, () => pressed)
          const begin = (): void => {
            window.started()
            inProgress++
          }
          for (const { act, ahead } of steps) {
            const before = window.maxCmdSN
            if (act === 'press' || act === 'release') pressed = act === 'press'
            if (act === 'open') window.open()
            if (act === 'end' && inProgress > 0) {
              inProgress--
              window.finished()
            }
            if (act === 'come') {
              const cmdSN = (window.expCmdSN + ahead) >>> 0
              const verdict = window.judge(cmdSN)
              if (verdict === Verdict.hold) window.hold(cmdSN, { deliver: begin, discard: () => {} })
              if (verdict === Verdict.deliver) {
                window.advance()
                begin()
                window.deliverHeld()
              }
            }
            expect((window.maxCmdSN - before) | 0).toBeGreaterThanOrEqual(0)
            expect((window.maxCmdSN - window.expCmdSN + 1) | 0).toBeGreaterThanOrEqual(0)
            expect(window.inProgress).toBeLessThanOrEqual(depth)
          }
        },
      ),
    )
  })
})

describe('the time in which no command may come', () => {
  /** What has been told of it so far, of a window of two commands. */
  function setUp() {
    reopened.length = 0
    clock.now = 1000
    const window = windowOf(5, 2)
    const take = (times: number) => {
      for (let i = 0; i < times; i++) {
        window.advance()
        window.started()
      }
    }
    return { window, take }
  }

  it('goes from the last command that might come to the end of one of them', () => {
    const { window, take } = setUp()
    take(1)
    clock.now = 3000
    take(1)
    clock.now = 4500
    expect([window.invited, reopened]).toEqual([0, []])
    window.finished()
    window.finished()
    expect([window.invited, reopened]).toEqual([2, [1.5]])
  })

  it('is over when the last one is taken back, or no command is waited for any more', () => {
    const { window, take } = setUp()
    take(2)
    clock.now = 2000
    window.takeBack()
    take(1)
    clock.now = 5000
    window.shut()
    window.finished()
    expect(reopened).toEqual([1, 3])
  })

  it('is not there while a command may come, however few', () => {
    const { window, take } = setUp()
    for (let i = 0; i < 20; i++) {
      take(1)
      clock.now += 100
      window.finished()
    }
    expect(reopened).toEqual([])
  })
})
