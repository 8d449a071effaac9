import { describe, expect, it } from 'vitest'
import { parseOptions } from './options.ts'

describe('the options of the soak', () => {
  it('without any: five minutes at 1500 operations a second, from some seed', () => {
    expect(parseOptions([])).toEqual({ minutes: 5, seed: expect.any(Number), rate: 1500 })
  })

  it('takes what it is told', () => {
    expect(parseOptions(['--minutes', '120', '--seed', '7', '--rate', '10'])).toEqual({
      minutes: 120,
      seed: 7,
      rate: 10,
    })
    expect(parseOptions(['--help'])).toBe('help')
  })

  it.each([
    [['--minutes', '-1'], '--minutes'],
    [['--seed', 'x'], '--seed is "x", a number above 0 is needed'],
    [['--rate', '0'], '--rate is "0", a number above 0 is needed'],
    [['--hours', '2'], "Unknown option '--hours'"],
  ])('%j is refused, and the reason told', (args, reason) => {
    expect(() => parseOptions(args)).toThrow(reason)
  })
})
