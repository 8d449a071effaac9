import { expect, it } from 'vitest'
import { edits } from './edits.ts'
import { valueMeanings } from './value-meanings.ts'
import { valueGroups } from './values.ts'

/** What is a line of words: neither nothing, nor a sentence of its own. */
const isLine = (text: string): boolean => /^\S(?:.*[^.\s])?$/.test(text)

it('every edit says in a line what it does', () => {
  expect(Object.entries(edits).filter(([, { meaning }]) => !isLine(meaning))).toEqual([])
})

it.each(Object.keys(valueGroups) as (keyof typeof valueGroups)[])(
  'every value of %s says what it does, and what it may be',
  group => {
    const values = Object.entries(valueMeanings(group))
    expect(values.filter(([, { meaning, right }]) => !isLine(meaning) || !isLine(right))).toEqual([])
    expect(values).not.toEqual([])
  },
)
