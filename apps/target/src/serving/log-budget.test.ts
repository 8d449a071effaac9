import { describe, expect, it } from 'vitest'
import { LogBudget } from './log-budget.ts'

/** A budget, what it has said at the ends of windows, and a way to end one. */
function setUp() {
  const said: string[] = []
  const windows: (() => void)[] = []
  const budget = new LogBudget(
    ({ kind, host = '*', what = '*', lines }) => said.push(`${lines} ${kind} ${host} ${what}`),
    (delayMs, passed) => {
      expect(delayMs).toBe(10_000)
      windows.push(passed)
    },
  )
  const ask = (host: string, what: string, lines?: number) =>
    budget.allows({ kind: 'refused', host, what, ...(lines !== undefined && { lines }) })
  return { ask, budget, said, windows, endWindow: () => windows.shift()?.() }
}

describe('a log budget', () => {
  it('lets the first line of a cause through, and tells of the others once a window for as long as they go on', () => {
    const { ask, said, endWindow, windows } = setUp()
    expect([ask('a', 'no ACL'), ask('a', 'no ACL'), ask('a', 'no ACL')]).toEqual([true, false, false])
    endWindow()
    expect([said.splice(0), ask('a', 'no ACL')]).toEqual([['2 refused a no ACL'], false])
    endWindow()
    expect(said.splice(0)).toEqual(['1 refused a no ACL'])
    endWindow()
    expect([said, windows.length, ask('a', 'no ACL')]).toEqual([[], 0, true])
  })

  it('lets as many through as a cause has', () => {
    const { ask } = setUp()
    expect([ask('a', 'a session', 2), ask('a', 'a session', 2), ask('a', 'a session', 2)]).toEqual([true, true, false])
  })

  it('lets as many through in each window where a cause has them anew', () => {
    const { budget, said, endWindow } = setUp()
    const ask = () => budget.allows({ kind: 'operation', host: 'a', what: 'done', lines: 2, renewed: true })
    expect([ask(), ask(), ask()]).toEqual([true, true, false])
    endWindow()
    expect([ask(), ask(), ask(), ask()]).toEqual([true, true, false, false])
    endWindow()
    expect(said).toEqual(['1 operation a done', '2 operation a done'])
  })

  it('hides no cause behind another one: not that of another host, and not another of the same', () => {
    const { ask } = setUp()
    for (let line = 0; line < 1000; line++) ask('a', 'no ACL')
    expect([ask('a', 'no target'), ask('b', 'no ACL')]).toEqual([true, true])
  })

  it('tells a host by its first causes, and counts the others of it together', () => {
    const { ask, said, endWindow } = setUp()
    const allowed = Array.from({ length: 100 }, (_, at) => ask('a', `name ${at}`)).filter(Boolean)
    expect([allowed.length, ask('b', 'name')]).toEqual([8, true])
    endWindow()
    expect(said).toEqual(['92 refused a *'])
  })

  it('knows so many causes, and counts what comes then by its kind', () => {
    const { ask, said, endWindow } = setUp()
    const allowed = Array.from({ length: 1000 }, (_, at) => ask(`host ${at}`, 'no ACL')).filter(Boolean)
    endWindow()
    expect([allowed.length, said]).toEqual([256, ['744 refused * *']])
    endWindow()
    expect(ask('host 999', 'no ACL')).toBe(true)
  })
})
