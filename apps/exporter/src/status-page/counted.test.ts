import { describe, expect, it } from 'vitest'
import { countedIn, nothingCounted, together } from './counted.ts'

type Block = Parameters<typeof countedIn>[0]

const OF = ['read', 'write', 'write_same', 'compare_and_write', 'other']
const cells = [
  ...OF.map(of => ({ metric: 'commands', kind: 'counter', of })),
  ...OF.map(of => ({ metric: 'bytes', kind: 'counter', of })),
  ...[
    { metric: 'tasks', kind: 'gauge', of: '' },
    { metric: 'duration', kind: 'histogram', of: 'read' },
    { metric: 'delay', kind: 'histogram', of: 'read' },
  ],
]
const row = (unit: string, times: number) => ({
  labels: [unit],
  values: [...[1, 2, 4, 8, 16], ...[100, 200, 400, 800, 1600], 3].flatMap((value, cell) => [cell, value * times]),
  histograms: [
    [11, 5 * times, 0.5 * times, 2 * times, 4 * times],
    [12, 99, 99, 99, 99],
  ],
})
const block = (...rows: readonly object[]): Block => ({ cells, labels: ['unit'], rows }) as unknown as Block

/** What is counted of `row`, so many times. */
const counted = (times: number) => ({
  ...{ reads: times, writes: 14 * times, others: 16 * times, readBytes: 100 * times, writtenBytes: 1400 * times },
  ...{ tasks: 3 * times, ended: 5 * times, sumSeconds: 0.5 * times, cumulative: [2 * times, 4 * times] },
})

describe('what lunkitd has counted', () => {
  it('is told by what writes, what reads, and the rest; of histograms only the durations', () => {
    const all = countedIn(block(row('a', 1), row('b', 2)), ({ unit }) => unit)
    expect(Object.fromEntries(all)).toEqual({ a: counted(1), b: counted(2) })
  })

  it('is added where rows have one key, and left out where they have none', () => {
    const all = countedIn(block(row('a', 1), row('b', 2), row('c', 4)), ({ unit }) =>
      unit === 'b' ? undefined : 'all',
    )
    expect(Object.fromEntries(all)).toEqual({ all: counted(5) })
  })

  it('has no label where the row has none', () => {
    const all = countedIn(block({ ...row('a', 1), labels: [] }), ({ unit }) => unit)
    expect([...all.keys()]).toEqual([''])
  })

  it('is nothing before anything is', () => {
    expect(
      Object.fromEntries(countedIn(block({ labels: ['a'], values: [], histograms: [] }), ({ unit }) => unit)),
    ).toEqual({ a: nothingCounted() })
  })

  it('is added up of several', () => {
    expect(together([])).toEqual(nothingCounted())
    expect(together([counted(1), counted(2), nothingCounted()])).toEqual(counted(3))
  })
})
