import { describe, expect, it } from 'vitest'
import type { NexusLoad } from './load.ts'
import { ordered, tableOf, totalOf } from './load-table.ts'

const IDLE = { commands: 0, readBytes: 0, writtenBytes: 0, meanSeconds: 0, p99Seconds: 0, depth: 0 }
const load = (of: Partial<NexusLoad>): NexusLoad => ({
  ...IDLE,
  ...{ unit: 'ramdisk/a', initiator: 'iqn.a', target: 'iqn.t', tpg: '1' },
  ...of,
})

describe('the order of rows', () => {
  const loads = [
    load({ unit: 'b', initiator: 'x', commands: 2, readBytes: 1, writtenBytes: 3, depth: 1 }),
    load({ unit: 'a', initiator: 'z', commands: 1, readBytes: 3, writtenBytes: 2, depth: 1, meanSeconds: 1 }),
    load({ unit: 'c', initiator: 'y', commands: 3, readBytes: 2, writtenBytes: 1, depth: 9, p99Seconds: 1 }),
  ]

  it.each([
    ['u', 'abc'],
    ['n', 'bca'],
    ['i', 'cba'],
    ['r', 'acb'],
    ['w', 'bac'],
    ['m', 'abc'],
    ['p', 'cab'],
    ['d', 'cab'],
  ])('by the key %s is %s: the larger first, names from a to z, and what is as large by its names', (key, right) => {
    expect(
      ordered(loads, key)
        .map(({ unit }) => unit)
        .join(''),
    ).toBe(right)
  })

  it('is by initiator, target and portal group where the rest is the same, and is not that of the list itself', () => {
    const same = [load({ tpg: '2' }), load({ tpg: '1' }), load({ target: 'iqn.s' }), load({ initiator: 'iqn.0' })]
    const before = [...same]
    expect(ordered(same, 'i')).toEqual([same[3], same[2], same[1], same[0]])
    expect(same).toEqual(before)
  })
})

describe('the numbers of a row', () => {
  it.each([
    [0, '0'],
    [0.0524, '0.052'],
    [0.9994, '0.999'],
    [1, '1.00'],
    [9.994, '9.99'],
    [10, '10.0'],
    [99.94, '99.9'],
    [100, '100'],
    [1240, '1240'],
  ])('have three digits: %d is %s', (value, text) => {
    const all = { ...IDLE, commands: value, readBytes: value * 1e6, writtenBytes: value * 1e6 }
    const times = { meanSeconds: value / 1000, p99Seconds: value / 1000, depth: 3 }
    expect(totalOf({ seconds: 1, nexuses: [], all: { ...all, ...times } })).toBe(
      `0 in all: ${text} IOPS, ${text} rMB/s, ${text} wMB/s, mean ${text} ms, p99 ${text} ms, depth 3`,
    )
  })
})

describe('the names of a row', () => {
  const NUMBERS = '  IOPS  rMB/s  wMB/s  mean ms  p99 ms  depth'.length
  /** Unit and initiator in a table where so many columns are theirs. */
  const names = (room: number, of: Partial<NexusLoad>): string => {
    const [, row = ''] = tableOf([load(of)], NUMBERS + '  '.length + room)
    return row.slice(0, row.length - NUMBERS)
  }
  const [unit, initiator] = ['fileio/archive', 'iqn.2026-11.example:host']

  it.each([
    [39, 'fileio/archive  iqn.2026-11.example:host'],
    [38, 'fileio/archive  iqn.2026-11.example:host'],
    [37, 'fileio/archive  ...2026-11.example:host'],
    [30, '...o/archive  ...11.example:host'],
    [10, '...e  ...ost'],
    [5, 'fi  iqn'],
    [0, '  '],
    [-20, '  '],
  ])('for which there are %d columns are whole, or their ends, which tell them from others', (room, text) => {
    expect(names(room, { unit, initiator })).toBe(text)
  })

  it('leave to the initiator what the unit does not need, and are as wide as the widest of all rows', () => {
    expect(names(30, { unit: 'a', initiator })).toBe('a     iqn.2026-11.example:host')
    const rows = tableOf([load({ unit: 'a' }), load({ unit: 'longer', initiator: 'iqn.longer' })], 200)
    expect(rows.map(row => row.slice(0, 18))).toEqual([
      'unit    initiator ',
      'a       iqn.a     ',
      'longer  iqn.longer',
    ])
  })
})
