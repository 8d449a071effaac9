import { describe, expect, it } from 'vitest'
import { linearize, type UnitEvent } from './linearization.ts'
import { freshState, type UnitState } from './unit-state.ts'

const start = freshState({ lun: 0, name: 'unit', blocks: 2, blockSizeBytes: 512, readOnlyFor: [] })

/** A write of one tag to some blocks. */
const write = (tag: number, ...blocks: number[]): UnitEvent => ({
  words: `write ${tag}`,
  next: state => [{ ...state, medium: state.medium.map((old, at) => (blocks.includes(at) ? tag : old)) }],
  precedes: () => false,
})

/** A read that found these tags. */
const read = (...tags: number[]): UnitEvent => ({
  words: `read ${tags.join(' ')}`,
  next: state => (state.medium.every((tag, at) => tag === tags[at]) ? [state] : []),
  precedes: () => false,
})

const media = (states: readonly UnitState[]): string[] => states.map(({ medium }) => medium.join(' ')).sort()

describe('the serial orders of a burst', () => {
  it('leave open which of two overlapping writes was the last', () => {
    expect(media(linearize([start], [write(1, 0, 1), write(2, 0)]))).toEqual(['1 1', '2 1'])
  })

  it('never mix two writes of the same blocks', () => {
    const after = linearize([start], [write(1, 0, 1), write(2, 0, 1)])
    expect(media(after)).toEqual(['1 1', '2 2'])
    expect(linearize(after, [read(1, 2)])).toEqual([])
  })

  it('are told apart by what a read found', () => {
    expect(media(linearize([start], [write(1, 0), write(2, 0), read(1, 0)]))).toEqual(['1 0', '2 0'])
    expect(media(linearize(linearize([start], [write(1, 0), write(2, 0)]), [read(1, 0)]))).toEqual(['1 0'])
  })

  it('keep to what has to come first', () => {
    const last = write(2, 0)
    const first: UnitEvent = { ...write(1, 0), precedes: other => other === last }
    expect(media(linearize([start], [last, first]))).toEqual(['2 0'])
  })
})
