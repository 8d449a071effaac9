import { expect, it } from 'vitest'
import { Block } from './block.ts'
import { RowPair } from './row-pair.ts'
import { tested } from './testing/declared.ts'

const { at } = tested

it('a pair of rows counts in both what each would have counted, after one was given back too', () => {
  const block = new Block(tested)
  const row = (unit: string) => block.row({ target: 'a', unit })
  const [one, other, alone] = [row('one'), row('other'), row('alone')]
  const pair = new RowPair(one, other)
  for (const milliseconds of [0, 0.003, 0.5, 1e6, Number.NaN]) {
    pair.observe(at.duration, at.duration, milliseconds)
    alone.observe(at.duration, milliseconds)
  }
  pair.add(at.commands.read, at.commands.write, 3)
  one.release()
  pair.add(at.commands.read, at.commands.write, 4)
  const told = Object.fromEntries(block.snapshot().map(({ labels, values }) => [labels.unit, values]))
  expect(told['_ended']?.commands.read).toBe(7)
  expect(told['other']?.commands.write).toBe(7)
  for (const unit of ['_ended', 'other']) {
    expect(told[unit]?.duration.buckets()).toEqual(told['alone']?.duration.buckets())
    expect(told[unit]?.duration.sumSeconds).toBe(told['alone']?.duration.sumSeconds)
  }
})
