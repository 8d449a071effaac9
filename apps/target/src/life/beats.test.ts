import { expect, it } from 'vitest'
import { Beats, Side } from './beats.ts'

it('the side that is seen hears of standstills from the one that sees them: of the last, and of all together', () => {
  const seen = new Beats()
  const sees = new Beats(seen.memory)
  expect([seen.last, seen.standstills]).toEqual([undefined, { times: 0, forMs: 0 }])
  sees.note({ ended: new Date(1000), forMs: 2000 })
  sees.note({ ended: new Date(9000), forMs: 3500 })
  expect([seen.last, seen.standstills]).toEqual([
    { ended: new Date(9000), forMs: 3500 },
    { times: 2, forMs: 5500 },
  ])
})

it('the side that is seen knows of the other whether it loads modules, and has a beat of it when it has', () => {
  const seen = new Beats()
  const sees = new Beats(seen.memory)
  expect(seen.isLoading).toBe(false)
  sees.loads()
  const before = seen.count(Side.watch)
  expect(seen.isLoading).toBe(true)
  sees.loaded()
  expect([seen.isLoading, seen.count(Side.watch)]).toEqual([false, before + 1])
})
