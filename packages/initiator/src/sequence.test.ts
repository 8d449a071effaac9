import { describe, expect, it } from 'vitest'
import { Sequence } from './sequence.ts'

const sequence = () => new Sequence({ cmdSN: 0xffff_ffff, expStatSN: 0xffff_ffff, expCmdSN: 0xffff_ffff, maxCmdSN: 0 })

describe('the numbers of a session', () => {
  it('let commands go up to MaxCmdSN, also where it wraps', () => {
    const numbers = sequence()
    expect([numbers.open, numbers.number()]).toEqual([true, 0xffff_ffff])
    expect([numbers.open, numbers.number()]).toEqual([true, 0])
    expect(numbers.open).toBe(false)
    numbers.window(1, 1)
    expect([numbers.open, numbers.number()]).toEqual([true, 1])
  })

  it('ignore a window that goes back, and one that contradicts itself (RFC 7143 4.2.2.1)', () => {
    const numbers = sequence()
    numbers.window(1, 10)
    numbers.window(0, 5)
    expect([numbers.expCmdSN, numbers.maxCmdSN]).toEqual([1, 10])
    numbers.window(20, 18)
    expect([numbers.expCmdSN, numbers.maxCmdSN]).toEqual([1, 10])
    numbers.window(20, 19)
    expect([numbers.expCmdSN, numbers.maxCmdSN]).toEqual([20, 19])
  })

  it('count every status once', () => {
    const numbers = sequence()
    numbers.status(0xffff_ffff)
    numbers.status(0)
    expect(() => numbers.status(0)).toThrow('a status came with StatSN 0, 1 was next')
    expect(() => numbers.status(2)).toThrow('StatSN 2, 1 was next')
  })
})
