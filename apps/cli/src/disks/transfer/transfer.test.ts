import { describe, expect, it } from 'vitest'
import { Turns } from './turns.ts'
import { zeroRuns } from './zero-runs.ts'

describe('turns', () => {
  it('come in the order of their numbers, whoever is first', async () => {
    const turns = new Turns()
    const done: number[] = []
    await Promise.all([2, 0, 1].map(number => turns.take(number, async () => done.push(number))))
    expect(done).toEqual([0, 1, 2])
  })

  it('do not come any more once it is over', async () => {
    const turns = new Turns()
    const waiting = turns.take(1, async () => 'done')
    turns.end()
    expect(await waiting).toBeUndefined()
  })
})

describe('the runs of a piece', () => {
  it('are zeroes and what is not, by grains', () => {
    const data = Buffer.alloc(18)
    data[9] = 1
    expect([...zeroRuns(data, 4)]).toEqual([
      { from: 0, to: 8, isZero: true },
      { from: 8, to: 12, isZero: false },
      { from: 12, to: 18, isZero: true },
    ])
  })
})
