import { describe, expect, it } from 'vitest'
import { LogBudget } from './log-budget.ts'

describe('a log budget', () => {
  it('lets 50 lines of a kind through in a window, and tells of the others at its end', () => {
    const left: string[] = []
    const windows: (() => void)[] = []
    const delaysMs: number[] = []
    const budget = new LogBudget(
      (kind, lines) => left.push(`${kind} ${lines}`),
      (delayMs, passed) => {
        delaysMs.push(delayMs)
        windows.push(passed)
      },
    )
    const allowed = Array.from({ length: 120 }, () => budget.allows('refused')).filter(Boolean)
    expect([allowed.length, budget.allows('ended'), windows.length]).toEqual([50, true, 1])
    windows.pop()?.()
    expect(left).toEqual(['refused 70'])
    expect([budget.allows('refused'), windows.length]).toEqual([true, 1])
    expect(delaysMs).toEqual([10_000, 10_000])
    for (let line = 1; line < 50; line++) budget.allows('refused')
    windows.pop()?.()
    expect(left).toEqual(['refused 70'])
  })
})
