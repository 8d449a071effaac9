import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type DrainPlace, KeptClosed, pathOfPlace } from './kept-closed.ts'

const TARGET = 'iqn.2026-11.com.example:disk'
const HOST = 'iqn.2026-11.com.example:host'
const login = {
  ...{ initiatorName: HOST, targetName: TARGET, targetPortalGroupTag: 1 },
  portal: { host: '192.0.2.1', port: 3260 },
}

const closing = (place: DrainPlace, seconds?: number, elsewhere?: string) => {
  const closed = new KeptClosed()
  const until = seconds === undefined ? undefined : new Date(Date.now() + seconds * 1000)
  closed.close({ place, since: new Date(), until, reason: 'new cables', elsewhere })
  return closed
}

describe('a login is kept out', () => {
  beforeEach(() => void vi.useFakeTimers({ now: new Date('2026-11-30T12:00:00Z') }))
  afterEach(() => void vi.useRealTimers())

  it.each<[DrainPlace, boolean]>([
    [{ target: TARGET }, true],
    [{ target: TARGET.toUpperCase() }, true],
    [{ target: TARGET, tag: 1 }, true],
    [{ target: TARGET, tag: 2 }, false],
    [{ target: `${TARGET}2` }, false],
    [{ portal: '192.0.2.1:3260' }, true],
    [{ portal: '0.0.0.0:3260' }, true],
    [{ portal: '[::]:3260' }, true],
    [{ portal: '192.0.2.1:3261' }, false],
    [{ portal: '192.0.2.2:3260' }, false],
    [{ target: TARGET, tag: 1, portal: '192.0.2.1:3260' }, true],
    [{ target: TARGET, tag: 1, initiator: HOST.toUpperCase() }, true],
    [{ target: TARGET, tag: 1, initiator: `${HOST}2` }, false],
  ])('by %j: %s', (place, isKeptOut) => {
    expect(closing(place).keptOut(login) !== undefined).toBe(isKeptOut)
  })

  it('until the time is over, and is not shown then either', () => {
    const closed = closing({ target: TARGET }, 60)
    expect(closed.keptOut(login)).toEqual({
      reason: 'is drained, and kept closed until 2026-11-30T12:01:00.000Z: new cables',
    })
    vi.advanceTimersByTime(60_000)
    expect([closed.keptOut(login), closed.all]).toEqual([undefined, []])
  })

  it('or sent elsewhere', () => {
    expect(closing({ target: TARGET }, 60, '[2001:db8::7]').keptOut(login)?.elsewhere).toEqual({
      host: '2001:db8::7',
      port: 3260,
    })
  })

  it('until its place is opened, by the place that was closed, or all of them', () => {
    const closed = closing({ target: TARGET, tag: 1 })
    expect(closed.open({ target: TARGET })).toBe(0)
    expect(closed.open({ target: TARGET.toUpperCase(), tag: 1 })).toBe(1)
    expect(closed.keptOut(login)).toBeUndefined()
    expect(closing({ target: TARGET, tag: 1 }).open({})).toBe(1)
  })
})

it.each<[DrainPlace, string]>([
  [{ target: TARGET }, `/iscsi/${TARGET}`],
  [{ target: TARGET, tag: 1 }, `/iscsi/${TARGET}/tpg1`],
  [{ target: TARGET, tag: 1, portal: '[0:0::1]:3260' }, `/iscsi/${TARGET}/tpg1/portals/[::1]:3260`],
  [{ target: TARGET, tag: 1, initiator: HOST }, `/iscsi/${TARGET}/tpg1/acls/${HOST}`],
  [{ portal: '192.0.2.1:3260' }, '192.0.2.1:3260'],
])('the place %j is %s in the tree', (place, path) => {
  expect(pathOfPlace(place)).toBe(path)
})
