import { describe, expect, it } from 'vitest'
import { isFound, type LunRow } from './lun-row.ts'
import { lun } from './testing/told.ts'

const MAPPING = { target: 'iqn.2026-11.com.example:disks', tpg: 1, number: 3, lun: 'fileio/Disk1' }
const row = (state: string): LunRow =>
  ({
    ...lun('fileio/Disk1'),
    ...{
      store: 'fileio',
      name: 'Disk1',
      load: undefined,
      serial: 'SERIAL7',
      naa: '6001405aa',
      mappings: [MAPPING],
      state,
    },
  }) as LunRow
const STATES = ['activated', 'faulted', 'deactivated']
const found = (search: { readonly find?: string; readonly state?: string }): readonly string[] =>
  STATES.filter(state => isFound(row(state), { find: '', state: '', ...search }))

describe('a LUN is looked for', () => {
  it.each([
    ['', STATES],
    ['wrong', ['faulted', 'deactivated']],
    ['faulted', ['faulted']],
    ['activated', ['activated']],
  ])('by its state: %j', (state, states) => {
    expect(found({ state })).toEqual(states)
  })

  it.each(['', 'disk1', 'serial7', 'AA', ':disks/tpg1/lun3'])('by a part of what it is called: %j', find => {
    expect(found({ find })).toEqual(STATES)
  })

  it('and not found by what it is not called, nor by both where one is not it', () => {
    expect([found({ find: 'disk2' }), found({ find: 'disk2', state: 'wrong' })]).toEqual([[], []])
  })
})
