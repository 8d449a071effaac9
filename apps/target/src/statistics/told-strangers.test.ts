import { expect, it } from 'vitest'
import { countedStrangers, toldStrangers } from './told-strangers.ts'

const STRANGERS = { turnedAway: 0, noHandshake: 2, noRequest: 0, noToken: 5 }

it('counters have of strangers what is not 0, by the place of its cell', () => {
  const { name, cells, rows } = countedStrangers(STRANGERS)
  expect(name).toBe('controlStrangers')
  expect(cells.map(({ of }) => of)).toEqual(['turnedAway', 'noHandshake', 'noRequest', 'noToken'])
  expect(rows).toEqual([{ labels: [], values: [1, 2, 3, 5], histograms: [] }])
})

it('counters have them where nobody can come too, at 0', () => {
  expect(countedStrangers(undefined).rows).toEqual([{ labels: [], values: [], histograms: [] }])
})

it('statistics have them where their block is asked for, and no labels, of which they have none', () => {
  expect(toldStrangers(STRANGERS, ['unit'], [])).toEqual([])
  expect(toldStrangers(STRANGERS, undefined, [])[0]?.rows).toEqual([{ labels: {}, values: STRANGERS }])
  expect(toldStrangers(STRANGERS, ['controlStrangers'], ['disk=a'])[0]?.rows).toEqual([])
})
