import { expect, it } from 'vitest'
import { SlicedJson } from './sliced-json.ts'

/** A clock that each entry takes forward by so much, and what was done in each turn. */
function manualTurns() {
  const clock = { nowMs: 0, turns: 0 }
  const turns = { nowMs: () => clock.nowMs, next: async () => (clock.turns += 1) }
  const entries = function* (count: number, tookMs: number) {
    for (let entry = 0; entry < count; entry++) {
      clock.nowMs += tookMs
      yield { entry }
    }
  }
  return { clock, turns, entries }
}

const parsed = (json: SlicedJson): unknown => JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json.bytes()))

it('is an object whose members are values and lists, empty ones too', async () => {
  const json = new SlicedJson()
  await json.list('none', [])
  await json.value('one "name"', { of: ['ü', 1] })
  await json.list('some', [1, 'zwei', null])
  expect(parsed(json)).toEqual({ none: [], 'one "name"': { of: ['ü', 1] }, some: [1, 'zwei', null] })
})

it('is an empty object where nothing was told', () => {
  expect(parsed(new SlicedJson())).toEqual({})
})

it('leaves the others their turn after each 0.3 ms, within a list and from one member to the next', async () => {
  const { clock, turns, entries } = manualTurns()
  const json = new SlicedJson(turns)
  await json.list('first', entries(8, 0.125))
  const within = clock.turns
  // A quarter of a millisecond of the last turn is gone.
  await json.list('second', entries(1, 0.125))
  expect([within, clock.turns]).toEqual([2, 3])
  const list = Array.from({ length: 8 }, (_, entry) => ({ entry }))
  expect(parsed(json)).toEqual({ first: list, second: [{ entry: 0 }] })
})

it('takes an entry only when its turn has come', async () => {
  const { clock, turns, entries } = manualTurns()
  const seen: number[] = []
  const json = new SlicedJson({ ...turns, next: async () => seen.push(clock.nowMs) })
  await json.list('slow', entries(3, 1))
  expect(seen).toEqual([1, 2, 3])
})

it('has memory of its own, which can be given away', async () => {
  const json = new SlicedJson()
  await json.value('a', 1)
  const { buffer, byteLength } = json.bytes()
  expect(buffer.byteLength).toBe(byteLength)
})
