import { describe, expect, it } from 'vitest'
import { TurnBudget } from './turn-budget.ts'

const KiB = 1024
const nextTurn = () => new Promise(resolve => setImmediate(resolve))

describe('what may be done in place in one turn', () => {
  it('is so many bytes, up to the last one, and no more until the next turn', async () => {
    const budget = new TurnBudget(64 * KiB)
    expect(budget.take(40 * KiB)).toBe(true)
    expect(budget.take(24 * KiB + 1)).toBe(false)
    expect(budget.take(24 * KiB)).toBe(true)
    expect(budget.take(16 * KiB + 1)).toBe(false)
    await nextTurn()
    expect(budget.take(64 * KiB)).toBe(true)
  })

  it('is any number of pieces of 16 KiB, which do not count', () => {
    const budget = new TurnBudget(32 * KiB)
    for (let i = 0; i < 10; i++) expect(budget.take(16 * KiB)).toBe(true)
    expect(budget.take(32 * KiB)).toBe(true)
    expect(budget.take(16 * KiB)).toBe(true)
  })

  it('counts the turns in which something was done', async () => {
    const budget = new TurnBudget(32 * KiB)
    await nextTurn()
    expect(budget.turn).toBe(0)
    budget.take(1)
    budget.take(32 * KiB)
    expect(budget.turn).toBe(0)
    await nextTurn()
    expect(budget.turn).toBe(1)
    await nextTurn()
    expect([budget.turn, budget.take(33 * KiB)]).toEqual([1, false])
    await nextTurn()
    expect(budget.turn).toBe(1)
    budget.take(1)
    await nextTurn()
    expect(budget.turn).toBe(2)
  })
})
