import type { ControlFault } from '@lunkit/control'
import { describe, expect, it } from 'vitest'
import type { ControlParts } from './control-parts.ts'
import { drained, undrained } from './drain-answers.ts'
import { KeptClosed } from './kept-closed.ts'

const TARGET = 'iqn.2026-11.com.example:test'

/** A lunkitd with one target, whose sessions nobody has, and what it was asked for. */
function served() {
  const asked: object[] = []
  const closed = new KeptClosed()
  const server = {
    sessionLoads: [],
    drainSessions: async (_which: unknown, options: object) => {
      asked.push(options)
      return { sessions: 0, ended: 0 }
    },
  }
  const parts = { served: { plan: { targets: [{ name: TARGET }] }, server }, witness: { closed } }
  return { parts: parts as unknown as ControlParts, asked, closed }
}

const refusalOf = (given: object): Promise<ControlFault> =>
  drained(served().parts, { seconds: 3, keep_out: false, ...given } as never).then(
    () => expect.unreachable(),
    (fault: ControlFault) => fault,
  )

describe('a drain', () => {
  it.each([
    [{ tag: 1 }, 'refused', 'is the tag of no target', 'tag', 'one with the name of its target'],
    [{}, 'refused', 'says of nobody that they are to log out', '', 'a target, a portal, an initiator or a session'],
    [{ portal: 'here' }, 'refused', 'is no portal', 'here', 'an address and a port, such as 192.0.2.1:3260'],
    [
      { id: '7', keep_out: true },
      'refused',
      'is a session, which cannot be kept out',
      '7',
      'a target, a portal or an initiator',
    ],
    [
      { target: TARGET, redirect_to: 'a b' },
      'refused',
      'is no place to be sent to',
      'a b',
      'HOST or HOST:PORT, such as 192.0.2.7:3260',
    ],
    [{ id: '7' }, 'notFound', 'is no session', '7', 'the id of one that sessions lists'],
    [{ target: `${TARGET}2` }, 'notFound', 'is no target', `${TARGET}2`, 'the name of one that is served'],
  ])('of %o is refused: %s, it %s', async (given, kind, what, where, right) => {
    expect(await refusalOf(given)).toMatchObject({ kind, what, where, right })
  })

  it('keeps out, and sends away, those alone that it is asked for, and tells for how long', async () => {
    const { parts, asked, closed } = served()
    const drain = (given: object) => drained(parts, { seconds: 3, keep_out: false, ...given } as never)
    const place = { target: TARGET.toUpperCase() }
    expect(await drain(place)).toMatchObject({ kept_out: false })
    expect(closed.all).toEqual([])
    expect(await drain({ ...place, keep_out_seconds: 60 })).toMatchObject({ kept_out: true })
    expect(await drain({ initiator: TARGET, keep_out_seconds: 100_000 })).toMatchObject({ kept_out: true })
    expect(await drain({ portal: '127.0.0.1:3260', keep_out: true, come_back_after: 7 })).toMatchObject({
      kept_out: true,
    })
    expect(asked).toStrictEqual([
      { graceMs: 3000 },
      { graceMs: 3000, comeBackAfterSeconds: 60 },
      { graceMs: 3000, comeBackAfterSeconds: 65_535 },
      { graceMs: 3000, comeBackAfterSeconds: 7 },
    ])
    expect(closed.all.map(({ since, until }) => until && until.getTime() - since.getTime())).toEqual([
      60_000,
      100_000_000,
      undefined,
    ])
    expect(await undrained(parts, { portal: '127.0.0.1:3260' } as never)).toEqual({ opened: 1 })
    await expect(undrained(parts, { portal: '127.0.0.1:3260' } as never)).rejects.toMatchObject({
      ...{ kind: 'notFound', what: 'is not kept closed', right: 'a place that status shows as drained' },
    })
  })
})
