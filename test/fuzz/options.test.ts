import { describe, expect, it } from 'vitest'
import { Area } from './cases/case.ts'
import { type FuzzRun, parseOptions } from './options.ts'

describe('the options of the fuzzer', () => {
  it('without any: a minute, everything, without digests, from some seed', () => {
    const { seed, ...rest } = parseOptions([]) as FuzzRun
    expect(rest).toEqual({ minutes: 1, areas: Object.values(Area), digests: false })
    expect(Number.isInteger(seed)).toBe(true)
  })

  it('takes what it is told', () => {
    expect(parseOptions(['--minutes', '0.5', '--seed', '0', '--only', 'cdb', '--digests'])).toEqual({
      minutes: 0.5,
      seed: 0,
      areas: [Area.cdb],
      digests: true,
    })
    expect(parseOptions(['--help'])).toBe('help')
  })

  it.each([
    [['--minutes', 'x'], '--minutes is "x", a number above 0 is needed'],
    [['--minutes', '0'], '--minutes is "0", a number above 0 is needed'],
    [['--seed', '4294967296'], '--seed is "4294967296", a whole number from 0 to 4294967295 is needed'],
    [['--seed', '1.5'], '--seed is "1.5", a whole number from 0 to 4294967295 is needed'],
    [['--only', 'tcp'], '--only is "tcp"; there are decoder, login, full-feature, cdb'],
    [['--hours', '1'], "Unknown option '--hours'"],
  ])('%j is refused, and the reason told', (args, reason) => {
    expect(() => parseOptions(args)).toThrow(reason)
  })
})
