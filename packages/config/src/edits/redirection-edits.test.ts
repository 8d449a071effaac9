import { describe, expect, it } from 'vitest'
import { planServing } from '../plan/plan.ts'
import type { Configuration } from '../saveconfig.ts'
import { applyEdit, type EditArguments } from './edits.ts'

const target = 'iqn.2026-11.com.example:disk'
const initiator = 'iqn.2026-11.com.example:host'
const tpg = { tag: 1, enable: true, luns: [], node_acls: [], portals: [{ ip_address: '10.0.0.1', port: 3260 }] }
const start = {
  storage_objects: [],
  targets: [{ fabric: 'iscsi', wwn: target, tpgs: [tpg] }],
} as unknown as Configuration

const set = (configuration: Configuration, given: Partial<EditArguments<'setRedirection'>>): Configuration =>
  applyEdit(configuration, { name: 'setRedirection', given: { target, tag: 1, address: '192.0.2.7', ...given } })
    .configuration
const planned = (configuration: Configuration) => planServing(configuration).targets[0]?.groups[0]?.redirections

describe('where logins are sent', () => {
  it('stands outside of what LIO reads, and is planned for its portal group', () => {
    const edited = set(set(start, {}), {
      initiator: initiator.toUpperCase(),
      address: '[2001:db8::7]:3261',
      permanent: true,
    })
    expect(edited.targets).toBe(start.targets)
    expect(planned(edited)).toEqual([
      { initiator: undefined, host: '192.0.2.7', port: 3260, permanent: false },
      { initiator, host: '2001:db8::7', port: 3261, permanent: true },
    ])
    expect(planned(set(set(edited, { address: '' }), { initiator, address: '' }))).toBeUndefined()
  })

  it('is one place for each initiator: another one takes the place of the one before', () => {
    const edited = set(set(start, {}), { address: 'disks.example.org' })
    expect(planned(edited)).toEqual([{ initiator: undefined, host: 'disks.example.org', port: 3260, permanent: false }])
  })

  it.each([
    { name: 'deleteTarget', given: { wwn: target } },
    { name: 'deleteTpg', given: { target, tag: 1 } },
  ] as const)('goes with its target and its portal group: $name', call => {
    expect(applyEdit(set(start, {}), call).configuration.lunkit).toEqual({})
  })

  it('goes with all of them', () => {
    const { configuration } = applyEdit(set(start, {}), { name: 'clear', given: {} })
    expect(configuration.lunkit).toEqual({})
  })

  it.each(['nowhere at all', '192.0.2.7:0', '192.0.2.7:65536', '2001:db8::7', '[fe80::1%eth0]', 'a,b'])(
    'cannot be %j',
    address => {
      expect(() => set(start, { address })).toThrow(`cannot be at ${JSON.stringify(address)}`)
    },
  )

  const portal = (ip_address: string, port = 3260) => [{ ip_address, port }]
  /** A target of three portal groups, each at a portal of its own. */
  const three = (...portals: readonly object[][]): Configuration =>
    ({
      ...start,
      targets: [
        { fabric: 'iscsi', wwn: target, tpgs: portals.map((each, at) => ({ ...tpg, tag: at + 1, portals: each })) },
      ],
    }) as unknown as Configuration
  const apart = three(portal('10.0.0.1'), portal('10.0.0.2'), portal('[2001:db8::3]'))

  it.each([
    ['to one another', [[1, '10.0.0.2']], [2, '10.0.0.1'], 'TPG 2, TPG 1, TPG 2'],
    [
      'by a third',
      [
        [1, '10.0.0.2'],
        [2, '[2001:DB8:0::3]'],
      ],
      [3, '10.0.0.1'],
      'TPG 3, TPG 1, TPG 2, TPG 3',
    ],
    [
      'of one initiator that the other sends with all',
      [[1, '10.0.0.2', initiator]],
      [2, '10.0.0.1'],
      'TPG 2, TPG 1, TPG 2',
    ],
  ] as const)('cannot lead logins in a circle: %s', (_what, before, [tag, address], circle) => {
    const sent = before.reduce(
      (configuration, [from, to, whose]) =>
        set(configuration, { tag: from, address: to, ...(whose && { initiator: whose }) }),
      apart,
    )
    expect(() => set(sent, { tag, address })).toThrow(
      `logins would go in a circle, ${circle}; right is a place that lets them in`,
    )
  })

  it('cannot lead logins in a circle by a portal for every address, where that is one of the machine', () => {
    const wild = three(portal('0.0.0.0'), portal('[::0]', 3261))
    const sent = set(wild, { address: '127.0.0.1:3261' })
    expect(() => set(sent, { tag: 2, address: '127.0.0.9' })).toThrow('logins would go in a circle')
    expect(() => set(sent, { tag: 2, address: '192.0.2.7' })).not.toThrow()
  })

  it.each([
    ['to another portal of the same group, where they are let in', [1, '10.0.0.1']],
    ['to a group that sends others away', [3, '10.0.0.1']],
    ['elsewhere, by a name', [2, 'disks.example.org']],
  ] as const)('leads logins %s', (_what, [tag, address]) => {
    expect(() => set(set(apart, { initiator, address: '10.0.0.2' }), { tag, address })).not.toThrow()
  })

  it('is told to lead nowhere where a file leads logins in a circle, once for each that does', () => {
    const redirections = [
      { target, tag: 1, address: '10.0.0.2' },
      { target: target.toUpperCase(), tag: 2, address: '10.0.0.1:3260', permanent: true },
      { target, tag: 3, address: '10.0.0.9' },
    ]
    const { notices } = planServing({ ...apart, lunkit: { redirections } } as unknown as Configuration)
    const told = notices.filter(({ text }) => text.includes('circle'))
    expect(told.map(({ paths, text }) => `${paths.join()}: ${text}`)).toEqual([
      'lunkit.redirections[0].address: address sends logins in a circle: TPG 1, TPG 2, TPG 1; right is a place that lets them in; they get nowhere',
      'lunkit.redirections[1].address: address sends logins in a circle: TPG 2, TPG 1, TPG 2; right is a place that lets them in; they get nowhere',
    ])
  })

  it('is told to be of no use where there is no such portal group', () => {
    const elsewhere = { lunkit: { redirections: [{ target, tag: 2, address: '192.0.2.7' }] } }
    const { notices } = planServing({ ...start, ...elsewhere } as unknown as Configuration)
    expect(notices.map(({ text }) => text)).toContain(`no TPG 2 of ${target} is served; nobody is redirected`)
  })
})
