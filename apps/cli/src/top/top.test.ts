import type { AnswerOf } from '@lunkit/control'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench } from '../testing/cli-bench.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

type Answer = AnswerOf<'statistics'>
type Row = Answer['blocks'][number]['rows'][number]

const TARGET = 'iqn.2026-11.com.example:disks'
const HOST = 'iqn.1993-08.org.debian:01:0123456789ab'

interface Counted {
  readonly unit?: string
  readonly initiator?: string
  /** How many commands took no longer than so many seconds. */
  readonly durations?: readonly (readonly [le: number, count: number])[]
  readonly sum?: number
  readonly read?: number
  readonly write?: number
  readonly tasks?: number
}

function row({ unit = 'ramdisk/a', initiator = HOST, durations = [], sum = 0, tasks = 0, ...bytes }: Counted): Row {
  const buckets = durations.map(([le, count]) => ({ le, count }))
  const duration = { count: durations.at(-1)?.[1] ?? 0, sum, buckets, p50: 0, p99: 0, p999: 0 }
  return { labels: { target: TARGET, tpg: '1', initiator, unit }, values: { bytes, duration, tasks } }
}

const answer = (...rows: readonly Row[]): Answer => ({
  blocks: [{ name: 'nexus', labels: ['target', 'tpg', 'initiator', 'unit'], metrics: [], rows: [...rows] }],
})

/** A host that did 100 commands before, and 200 more in the next second. */
const BUSY = [
  answer(row({ durations: [[0.001, 100]], sum: 0.1, read: 1_000_000, write: 100_000 })),
  answer(
    row({
      durations: [
        [0.001, 298],
        [0.016, 300],
      ],
      sum: 0.33,
      read: 3_000_000,
      write: 600_000,
      tasks: 7,
    }),
  ),
]

describe('top without a terminal', () => {
  it('prints once what was done in a second, of each initiator at each unit', async () => {
    bench.model.statistics = [...BUSY]
    expect(await bench.line('top')).toEqual({
      code: 0,
      err: [],
      out: [
        'lunkitd 1.2.3: degraded (status tells 1 trouble); 2026-11-29T12:00:01.000Z',
        '1 in all: 200 IOPS, 2.00 rMB/s, 0.500 wMB/s, mean 1.15 ms, p99 1.00 ms, depth 7',
        'unit       initiator                               IOPS  rMB/s  wMB/s  mean ms  p99 ms  depth',
        'ramdisk/a  iqn.1993-08.org.debian:01:0123456789ab   200   2.00  0.500     1.15    1.00      7',
      ],
    })
  })

  it('tells programs the same, in units without a prefix, and as often as it is asked to', async () => {
    bench.model.statistics = [...BUSY]
    const { out } = await bench.line('--json top interval=2 count=2')
    const [first, second] = out.map(line => JSON.parse(line) as object)
    expect(first).toMatchObject({
      at: '2026-11-29T12:00:02.000Z',
      health: 'degraded',
      seconds: 2,
      all: { commands: 100, readBytes: 1_000_000, writtenBytes: 250_000, depth: 7 },
      nexuses: [{ target: TARGET, tpg: '1', initiator: HOST, unit: 'ramdisk/a', commands: 100, p99Seconds: 0.001 }],
    })
    expect(second).toMatchObject({ all: { commands: 0, meanSeconds: 0, p99Seconds: 0 } })
    expect(out).toHaveLength(2)
  })

  it('counts the 99th of a hundred of the interval, whatever was before', async () => {
    const before = row({ durations: [[0.5, 10_000]], sum: 5000 })
    const durations = [
      [0.002, 98],
      [0.004, 100],
      [0.5, 10_100],
    ] as const
    bench.model.statistics = [answer(before), answer(row({ durations, sum: 5000.2 }))]
    const { out } = await bench.line('--json top')
    const { all } = JSON.parse(out[0] ?? '') as { all: { meanSeconds: number; p99Seconds: number } }
    expect(all.p99Seconds).toBe(0.004)
    expect(all.meanSeconds).toBeCloseTo(0.002)
  })

  it('takes who came again for somebody new, and who has gone for nobody', async () => {
    const gone = row({ initiator: '_ended', durations: [[0.001, 9]] })
    const more = row({ initiator: '_ended', durations: [[0.001, 9009]] })
    bench.model.statistics = [
      answer(gone, row({ durations: [[0.001, 9000]] })),
      answer(more, row({ durations: [[0.001, 5]] })),
    ]
    const { out } = await bench.line('--json top')
    expect(JSON.parse(out[0] ?? '')).toMatchObject({ all: { commands: 5 }, nexuses: [{ commands: 5 }] })
  })

  it.each([
    ['top interval=0', "Syntax error, '0' is not a number of SECONDS."],
    ['top interval=soon', "Syntax error, 'soon' is not a number of SECONDS."],
    ['top count=0', 'count must be at least 1'],
  ])('%s is refused: %s', async (line, message) => {
    expect(await bench.line(line)).toMatchObject({ code: 2, out: [], err: expect.arrayContaining([message]) })
  })
})

describe('top on a terminal', () => {
  /** So many units, of which each does as many commands as its number says. */
  const units = (count: number, times: number): Answer =>
    answer(
      ...Array.from({ length: count }, (_, at) =>
        row({ unit: `ramdisk/d${String(at).padStart(2, '0')}`, durations: [[0.001, at * times]], write: -at * times }),
      ),
    )

  function look(args: readonly string[] = ['top']) {
    bench.clock.isHeld = true
    return bench.types(args)
  }

  it('shows what fits, the busiest first, and says how many more there are', async () => {
    bench.model.statistics = [units(32, 0), units(32, 1)]
    const { type, shows, ended } = look()
    await shows('counting...')
    bench.clock.pass()
    await shows('IOPS')
    await shows('ramdisk/d31')
    await shows('ramdisk/d13')
    await shows('13 more')
    await shows('q quits')
    type('q')
    expect(await ended).toBe(0)
  })

  it('draws again at another size, and in the order of the column whose key is pressed', async () => {
    bench.model.statistics = [units(32, 0), units(32, 1)]
    const { type, shows, resize, ended } = look()
    await shows('counting...')
    bench.clock.pass()
    await shows('13 more')
    resize(100, 10)
    await shows('27 more')
    await shows('[i IOPS]')
    type('u')
    await shows('ramdisk/d00')
    await shows('[u unit]')
    type('\x03')
    expect(await ended).toBe(0)
  })

  const [TAKEN, GIVEN_BACK] = ['\x1b[?1049h\x1b[?25l', '\x1b[?25h\x1b[?1049l']

  it('gives the terminal back when it is quit', async () => {
    const { type, shows, ended } = look()
    await shows(TAKEN)
    type('q')
    await shows(GIVEN_BACK)
    expect(await ended).toBe(0)
  })

  it('gives the terminal back when the daemon ends, and says so there', async () => {
    const { shows, err, ended } = look()
    await shows(TAKEN)
    await bench.stop()
    bench.clock.pass()
    await shows(GIVEN_BACK)
    await shows('no lunkitd answers')
    expect([await ended, err.length]).toEqual([3, 2])
  })

  it('gives the terminal back before somebody ends the process, once', async () => {
    const { shows, end, ended } = look()
    await shows(TAKEN)
    end()
    await shows(GIVEN_BACK)
    await bench.stop()
    bench.clock.pass()
    await shows('no lunkitd answers')
    expect(await ended).toBe(3)
  })

  it('goes back to the shell that it was asked for in, which has the keys again', async () => {
    const { type, shows, ended } = look([])
    await shows('/> ')
    type('top\r')
    await shows('counting...')
    type('q')
    await shows('\x1b[?1049l')
    await shows('/> ')
    type('pwd\r')
    await shows('/> ')
    type('\x04')
    expect(await ended).toBe(0)
  })
})
