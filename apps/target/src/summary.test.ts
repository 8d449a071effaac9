import { NoticeKind } from '@lunkit/config'
import { describe, expect, it } from 'vitest'
import type { JudgedPlan } from './files/judged-files.ts'
import { shortcomings, summarize, summaryLine } from './summary.ts'

const A = { storage: { key: 'fileio/a' } }
const B = { storage: { key: 'fileio/b' } }
const sees = (...luns: readonly (typeof A)[]) => ({ luns })
const acl = (name: string, ...luns: readonly (typeof A)[]) => ({ initiator: `iqn.1994-05.com.redhat:${name}`, luns })
const group = (more: object) => ({ tag: 1, portals: [{ host: '::', port: 3260 }], acls: [], luns: [A, B], ...more })

/** What comes of groups, of which the file has two LUNs each. */
function plan(groups: readonly object[], more: object = {}): JudgedPlan['plan'] {
  const targets = [{ name: 'iqn.2026-11.com.example:disks', groups }]
  return { targets, lunsInFile: 2 * groups.length, notices: [], ...more } as never
}

const line = (...groups: readonly object[]): string => summaryLine(summarize(plan(groups)))

describe('the line that says how much would be served, and to whom', () => {
  const rule = sees(A)
  it.each<[string, object]>([
    ['0 of 2 LUNs would be served, and nobody could log in.', group({})],
    ['1 of 2 LUNs would be served, to 1 initiator by name.', group({ acls: [acl('a', A)] })],
    ['2 of 2 LUNs would be served, to 2 initiators by name.', group({ acls: [acl('a', A), acl('b', B)] })],
    ['2 of 2 LUNs would be served, to 1 initiator by name.', group({ acls: [acl('a', A), acl('a', B)] })],
    ['1 of 2 LUNs would be served, to any initiator.', group({ demoMode: sees(B) })],
    ['1 of 2 LUNs would be served, to those of 1 access rule.', group({ rules: [rule] })],
    ['1 of 2 LUNs would be served, to those of 2 access rules.', group({ rules: [rule, rule] })],
    [
      '2 of 2 LUNs would be served, to 1 initiator by name and to those of 1 access rule and to any other.',
      group({ acls: [acl('a', A)], rules: [rule], demoMode: sees(B) }),
    ],
    [
      '1 of 2 LUNs would be served, to those of 1 access rule and to any other.',
      group({ rules: [rule], demoMode: rule }),
    ],
    ['0 of 2 LUNs would be served, and nobody could log in.', group({ portals: [], demoMode: sees(A, B) })],
    [
      '1 of 2 LUNs would be served, to 1 initiator by name.',
      group({
        acls: [acl('a', A), { ...acl('b', B), refused: 'a wrong password' }],
        rules: [{ ...sees(B), refused: 'a wrong password' }],
        demoMode: { ...sees(B), refused: 'a wrong password' },
      }),
    ],
  ])('says %s', (right, of) => {
    expect(line(of)).toBe(right)
  })

  it('counts the LUNs of every group, and an initiator of several once', () => {
    expect(line(group({ acls: [acl('a', A, B)] }), group({ tag: 2, acls: [acl('a', A)] }))).toBe(
      '3 of 4 LUNs would be served, to 1 initiator by name.',
    )
  })
})

describe('why a configuration would not be served as the file says', () => {
  const WHOLE = plan([group({ demoMode: sees(A, B) })])
  const of = (more: object, refused: readonly object[] = []): readonly string[] =>
    shortcomings({ plan: { ...WHOLE, ...more }, refused } as never)
  const notice = (kind: NoticeKind, ...paths: readonly string[]) => ({ kind, paths })

  it('is nothing where it would be', () => {
    expect(of({})).toEqual([])
  })

  it('is what is left of it where there is nothing', () => {
    expect(shortcomings({ plan: plan([]), refused: [] } as never)).toEqual([
      'there is no LUN to serve',
      'nobody could log in',
    ])
  })

  it('is each LUN that nobody sees, and each portal group without a portal', () => {
    const groups = [group({ demoMode: sees(A) }), group({ tag: 7, portals: [], rules: [sees(A)] })]
    expect(shortcomings({ plan: plan(groups), refused: [] } as never)).toEqual([
      '3 of 4 LUNs would not be served',
      'iqn.2026-11.com.example:disks, portal group 7, has no portal',
    ])
  })

  it.each<[string, object]>([
    ['an access rule', group({ rules: [sees(A, B)] })],
    ['a name', group({ acls: [acl('a', A, B)] })],
  ])('is not that nobody could log in where somebody can by %s', (_what, by) => {
    expect(shortcomings({ plan: plan([by]), refused: [] } as never)).toEqual([])
  })

  it('is each file that is no disk', () => {
    expect(of({}, [{ key: 'fileio/a' }, { key: 'block/b' }])).toEqual([
      'the file of fileio/a is no disk',
      'the file of block/b is no disk',
    ])
  })

  it('is how often the file is wrong, or says what is refused or not known, and nothing of what it says beside that', () => {
    const kinds = Object.values(NoticeKind).filter(kind => !['refused', 'wrong', 'unknown'].includes(kind))
    expect(of({ notices: kinds.map(kind => notice(kind, 'a')) })).toEqual([])
    const notices = [
      ...[notice(NoticeKind.unknown, 'a', 'b'), notice(NoticeKind.wrong, 'c')],
      ...[notice(NoticeKind.refused, 'd'), notice(NoticeKind.refused, 'e')],
    ]
    expect(of({ notices })).toEqual([
      'in 2 places something is refused, because it restricts access or protects data',
      'in 1 place something is wrong in the file',
      'in 2 places something is not known here',
    ])
  })
})
