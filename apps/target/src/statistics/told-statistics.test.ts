import { Block, BlockReader, declare } from '@lunkit/statistics'
import { beforeEach, describe, expect, it } from 'vitest'
import type { ReadBlock, StatisticsRequest } from './statistics-request.ts'
import { toldStatistics } from './told-statistics.ts'

const disks = declare({
  name: 'disk',
  labels: ['disk', 'of'],
  metrics: {
    depth: { kind: 'gauge', unit: 'commands', help: 'commands under way' },
    done: {
      kind: 'counter',
      unit: 'commands',
      help: 'commands done',
      by: { label: 'kind', values: ['read', 'write'] },
    },
    took: { kind: 'histogram', unit: 'seconds', help: 'how long', by: { label: 'kind', values: ['read', 'write'] } },
  },
})
const doors = declare({
  name: 'door',
  labels: ['door'],
  metrics: { in: { kind: 'counter', unit: 'x', help: 'went in' } },
})

const { at } = disks
let readers: readonly ReadBlock[]
beforeEach(() => {
  const block = new Block(disks)
  const first = block.row({ disk: 'a', of: 'x=y' })
  first.set(at.depth, 3)
  first.add(at.done.write, 2)
  // 100 of 1 ms, one of 20 s, for which there is no bound.
  for (let i = 0; i < 100; i++) first.observe(at.took.write, 1)
  first.observe(at.took.write, 20_000)
  block.row({ disk: 'b', of: 'x=y' })
  const others = new Block(doors)
  others.row({ door: 'a' }).add(doors.at.in, 7)
  readers = [new BlockReader(disks, block.memory), new BlockReader(doors, others.memory)] as readonly ReadBlock[]
})

const asked = (more: Partial<StatisticsRequest> = {}) =>
  toldStatistics(readers, {
    kind: 'statistics',
    blocks: undefined,
    labels: [],
    fine: false,
    more: [],
    ...more,
  } as never)
const NOTHING = { count: 0, sum: 0, buckets: [], p50: 0, p99: 0, p999: 0 }

interface Told {
  readonly count: number
  readonly sum: number
  readonly buckets: readonly { readonly le: number; readonly count: number }[]
  readonly p50: number
  readonly p99: number
  readonly p999: number
}
function tookOf(fine: boolean): Told {
  const { took } = asked({ fine }).blocks[0]?.rows[0]?.values ?? {}
  return (took as unknown as { write: Told }).write
}

describe('statistics', () => {
  it('tell of each block what its metrics mean, and each row with its labels', () => {
    const { blocks } = asked()
    expect(blocks.map(({ name, labels }) => [name, ...labels])).toEqual([
      ['disk', 'disk', 'of'],
      ['door', 'door'],
    ])
    expect(blocks[0]?.metrics).toEqual([
      { name: 'depth', kind: 'gauge', unit: 'commands', help: 'commands under way' },
      { name: 'done', kind: 'counter', unit: 'commands', help: 'commands done', by: 'kind' },
      { name: 'took', kind: 'histogram', unit: 'seconds', help: 'how long', by: 'kind' },
    ])
    expect(
      blocks[0]?.rows.map(({ labels, values }) => ({ ...labels, depth: values['depth'], done: values['done'] })),
    ).toEqual([
      { disk: 'a', of: 'x=y', depth: 3, done: { read: 0, write: 2 } },
      { disk: 'b', of: 'x=y', depth: 0, done: { read: 0, write: 0 } },
    ])
    expect(blocks[0]?.rows[1]?.values['took']).toEqual({ read: NOTHING, write: NOTHING })
    expect(blocks[1]?.rows).toEqual([{ labels: { door: 'a' }, values: { in: 7 } }])
  })

  it('tell of a histogram how many took at most so long, by bounds that people read', () => {
    const { count, sum, buckets, p50, p99, p999 } = tookOf(false)
    expect(count).toBe(101)
    expect(sum).toBeCloseTo(20.1)
    expect(buckets.map(({ le }) => le)).toEqual([
      1e-5, 2.5e-5, 5e-5, 1e-4, 2.5e-4, 5e-4, 1e-3, 2.5e-3, 5e-3, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ])
    const countsOf = (has: (le: number) => boolean) =>
      new Set(buckets.filter(({ le }) => has(le)).map(each => each.count))
    expect([countsOf(le => le < 1e-3), countsOf(le => le > 1e-3)]).toEqual([new Set([0]), new Set([100])])
    expect([p50, p99].every(each => each > 0.9e-3 && each < 1.2e-3)).toBe(true)
    expect(p999).toBeGreaterThan(10)
  })

  it('tell of a histogram all buckets that have something, where they are to be fine, each with all below it', () => {
    const { count, buckets } = tookOf(true)
    expect(count).toBe(101)
    expect(buckets.map(bucket => bucket.count)).toEqual([100, 101])
    const [first, second] = buckets.map(({ le }) => le) as [number, number]
    expect(first > 1e-3 && first < 1.2e-3).toBe(true)
    expect(second > 20 && second < 24).toBe(true)
  })

  it('tell only the blocks and the rows that are asked for, a label by all behind its first =, and what is counted elsewhere last', () => {
    const names = (more: Partial<StatisticsRequest>) => asked(more).blocks.map(({ name, rows }) => [name, rows.length])
    expect(names({ blocks: ['door'] })).toEqual([['door', 1]])
    expect(names({ blocks: [] })).toEqual([])
    expect(names({ labels: ['of=x=y'] })).toEqual([
      ['disk', 2],
      ['door', 0],
    ])
    expect(names({ labels: ['of=x=y', 'disk=a'] })).toEqual([
      ['disk', 1],
      ['door', 0],
    ])
    expect(names({ labels: ['of=x'] })).toEqual([
      ['disk', 0],
      ['door', 0],
    ])
    const more = [{ name: 'more', labels: [], metrics: [], rows: [] }]
    expect(names({ blocks: ['disk'], more })).toEqual([
      ['disk', 2],
      ['more', 0],
    ])
  })
})
