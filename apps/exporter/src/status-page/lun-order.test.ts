import { describe, expect, it } from 'vitest'
import type { Load } from './load.ts'
import { LunOrder, type SortKey } from './lun-order.ts'
import type { LunRow } from './lun-row.ts'
import { lun } from './testing/told.ts'

const NOTHING: Load = {
  ...{ reads: 0, writes: 0, others: 0, readBytes: 0, writtenBytes: 0, tasks: 0 },
  ...{ meanSeconds: undefined, p99Seconds: undefined },
}
const row = (name: string, load?: Partial<Load>, more: Partial<LunRow> = {}): LunRow => ({
  ...lun(`fileio/${name}`),
  ...{ store: 'fileio', name, mappings: [], load: load && { ...NOTHING, ...load } },
  ...more,
})
const order = (rows: readonly LunRow[], sort: SortKey): string =>
  LunOrder.of(rows, sort)
    .map(({ name }) => name)
    .join(' ')

describe('LUNs in the order of a column', () => {
  it.each([
    ['iops', { reads: 1, writes: 1, others: 1 }, { reads: 2.5 }],
    ['read', { readBytes: 2 }, { readBytes: 1 }],
    ['write', { writtenBytes: 2 }, { writtenBytes: 1 }],
    ['mean', { meanSeconds: 0.2 }, { meanSeconds: 0.1 }],
    ['p99', { p99Seconds: 0.2 }, { p99Seconds: 0.1 }],
    ['tasks', { tasks: 2 }, { tasks: 1 }],
  ] as const)('begin with the largest %s, and have nothing where nobody knows', (column, larger, smaller) => {
    const rows = [row('unknown'), row('small', smaller), row('nothing', {}), row('large', larger)]
    expect(order(rows, `-${column}`)).toBe('large small nothing unknown')
    expect(order(rows, column)).toBe('nothing unknown small large')
  })

  it('have names in the order in which people count', () => {
    const rows = ['disk10', 'disk9', 'disk1'].map(name => row(name))
    expect(order(rows, 'name')).toBe('disk1 disk9 disk10')
    expect(order(rows, '-name')).toBe('disk10 disk9 disk1')
  })

  it('have those that are served nowhere before those that are, by the first target', () => {
    const at = (target: string) => [{ lun: '', target, tpg: 1, number: 0 }] as unknown as LunRow['mappings']
    const rows = [
      row('b', undefined, { mappings: at('iqn.b') }),
      row('a', undefined, { mappings: at('iqn.a') }),
      row('c'),
    ]
    expect(order(rows, 'served')).toBe('c a b')
  })

  it.each([
    ['size', { size: 1 }, { size: 2 }],
    ['store', { store: 'block' }, { store: 'fileio' }],
    ['state', { state: 'faulted' }, { state: 'ready' }],
  ] as const)('may be by %s', (column, less, more) => {
    expect(order([row('more', undefined, more), row('less', undefined, less)], column)).toBe('less more')
  })

  it.each(['faulted', 'deactivated'] as const)('begin with one that is %s', state => {
    expect(order([row('a'), row('b', undefined, { state }), row('c')], 'wrong')).toBe('b a c')
  })
})

describe('a click at the head of a column', () => {
  it.each([
    ['wrong', 'size', '-size'],
    ['-size', 'size', 'size'],
    ['size', 'size', '-size'],
    ['wrong', 'name', 'name'],
    ['name', 'name', '-name'],
    ['-name', 'name', 'name'],
    ['-size', 'tasks', '-tasks'],
  ] as const)('sorts what was by %s, at %s, by %s', (sort, column, next) => {
    expect(LunOrder.next(sort, column)).toBe(next)
  })

  it.each([
    ['wrong', undefined],
    ['name', 'ascending'],
    ['-name', 'descending'],
    ['size', undefined],
  ] as const)('is told of %s as %s', (sort, direction) => {
    expect(LunOrder.directionOf(sort, 'name')).toBe(direction)
  })

  it.each([
    ['wrong', true],
    ['-size', true],
    ['size', true],
    ['-wrong', false],
    ['--size', false],
    ['toString', false],
    ['', false],
  ])('may say %j: %j', (text, isOne) => {
    expect(LunOrder.is(text)).toBe(isOne)
  })
})
