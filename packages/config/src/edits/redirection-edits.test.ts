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

  it('is told to be of no use where there is no such portal group', () => {
    const elsewhere = { lunkit: { redirections: [{ target, tag: 2, address: '192.0.2.7' }] } }
    const { notices } = planServing({ ...start, ...elsewhere } as unknown as Configuration)
    expect(notices.map(({ text }) => text)).toContain(`no TPG 2 of ${target} is served; nobody is redirected`)
  })
})
