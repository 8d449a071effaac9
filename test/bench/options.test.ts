import { describe, expect, it } from 'vitest'
import { type BenchOptions, parseOptions } from './options.ts'
import { ContenderName, rows } from './rows.ts'

const parse = (...args: string[]) => parseOptions(args) as BenchOptions

describe('the options of the bench', () => {
  it('without any: every row but those by hand, five rounds, the daemon too, and the report goes to docs/bench.md', () => {
    const { rows: chosen, ...rest } = parse()
    expect(chosen).toEqual(rows.filter(row => !row.byHand))
    expect(rest).toEqual({
      daemon: true,
      rounds: 5,
      duration: { warmSeconds: 0.3, seconds: 1.5 },
      out: 'docs/bench.md',
    })
  })

  it('--quick: 4 KiB at depths 1 and 32 and 128 KiB, three rounds, nothing is written', () => {
    const { rows: chosen, daemon, rounds, duration, out } = parse('--quick')
    expect(chosen.map(row => row.name)).toEqual([
      'cached/4k/read/d1',
      'cached/4k/read/d32',
      'cached/4k/write/d1',
      'cached/4k/write/d32',
      'cached/128k/read/d16',
      'cached/128k/write/d16',
    ])
    expect([daemon, rounds, duration.seconds, out]).toEqual([false, 3, 1, undefined])
  })

  it('--rows takes those whose name matches, and writes only where --out says', () => {
    const { rows: chosen, daemon, out } = parse('--rows', 'write/d1$', '--rounds', '7', '--out', 'x.md')
    expect(chosen.every(row => row.name.endsWith('write/d1'))).toBe(true)
    expect([daemon, out]).toEqual([false, 'x.md'])
    expect(parse('--rows', 'daemon')).toMatchObject({ rows: [], daemon: true, out: undefined })
  })

  it('--rows alone brings rows by hand', () => {
    expect(parse('--rows', '^stores/block/4k/').rows.map(({ name, byHand }) => [name, byHand])).toEqual([
      ['stores/block/4k/read/d1', true],
      ['stores/block/4k/write/d1', true],
      ['stores/block/4k/read/d32', true],
      ['stores/block/4k/write/d32', true],
    ])
  })

  it('--peers leaves those out that are not named, and never lunkitd', () => {
    expect(new Set(parse('--peers', 'plain').rows.flatMap(row => row.contenders))).toEqual(
      new Set([ContenderName.lunkitd, ContenderName.plain]),
    )
    expect(new Set(parse('--peers', 'none').rows.flatMap(row => row.contenders))).toEqual(
      new Set([ContenderName.lunkitd]),
    )
  })

  it.each([
    [['--rows', '('], '--rows ( is not a regular expression'],
    [['--rows', 'nothing-is-called-so'], 'no row matches --rows nothing-is-called-so; --list prints their names'],
    [['--rounds', '1.5'], '--rounds is "1.5", a whole number from 1 to 1000 is needed'],
    [['--seconds', '0'], '--seconds is "0", a number above 0 is needed'],
    [['--peers', 'iet'], '--peers iet: there are lunkitd, polling, uncounted, tgtd, istgt, fio, plain, echo, or none'],
    [['--fast'], "Unknown option '--fast'"],
  ])('%j is refused, and the reason told', (args, reason) => {
    expect(() => parseOptions(args)).toThrow(reason)
  })
})
