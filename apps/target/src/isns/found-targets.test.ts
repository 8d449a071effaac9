import type { GroupPlan, PortalAddress, ServingPlan } from '@lunkit/config'
import { describe, expect, it } from 'vitest'
import { foundTargets, type OwnAddress, ownAddresses } from './found-targets.ts'

const name = 'iqn.2026-11.com.example:disk'
const own: readonly OwnAddress[] = [
  { host: '127.0.0.1', link: 'lo', isInternal: true },
  { host: '::1', link: 'lo', isInternal: true },
  { host: '192.0.2.1', link: 'eth0', isInternal: false },
  { host: '2001:db8::1', link: 'eth0', isInternal: false },
  { host: '198.51.100.1', link: 'eth1', isInternal: false },
]

const group = (tag: number, ...hosts: string[]) =>
  ({
    tag,
    portals: hosts.map(host => ({ host, port: 3260 })),
    offers: { TargetAlias: 'first' },
  }) as unknown as GroupPlan

interface Case {
  readonly groups: readonly GroupPlan[]
  readonly localAddress: string
  /** Where portals do not listen. */
  readonly deaf?: string
  /** Which group is reached where. */
  readonly tagAt?: (address: PortalAddress) => number
  readonly own?: readonly OwnAddress[]
}

/** Where the target is found by group. */
function found({ groups, localAddress, deaf, tagAt = () => 1, own: addresses = own }: Case): string[][] {
  const plan = { targets: [{ name, path: '', groups }] } as unknown as ServingPlan
  const server = {
    addressOf: (portal: PortalAddress) => (portal.host === deaf ? undefined : portal),
    portalGroupAt: (_target: string, address: PortalAddress) => tagAt(address),
  }
  const [target] = foundTargets(plan, server, localAddress, addresses)
  return target?.groups.map(({ portals }) => portals.map(({ host }) => host)) ?? []
}

describe('what is registered', () => {
  it.each([
    ['a portal at an address, as that', ['192.0.2.9'], '192.0.2.1', ['192.0.2.9']],
    ['every IPv4 address, as that by which the server is reached', ['0.0.0.0'], '192.0.2.1', ['192.0.2.1']],
    ['the same where it came by a socket of both families', ['0.0.0.0'], '::ffff:192.0.2.1', ['192.0.2.1']],
    [
      'every IPv4 address, where the server is reached by IPv6, as that of its link',
      ['0.0.0.0'],
      '2001:db8::1',
      ['192.0.2.1'],
    ],
    ['every address, as those of the link', ['::'], '192.0.2.1', ['192.0.2.1', '2001:db8::1']],
    [
      'every IPv4 address, with a server on this machine, as all that others reach',
      ['0.0.0.0'],
      '127.0.0.1',
      ['192.0.2.1', '198.51.100.1'],
    ],
    ['loopback, to this machine', ['127.0.0.1'], '127.0.0.1', ['127.0.0.1']],
    ['loopback, to nobody else', ['127.0.0.1', '::1'], '192.0.2.1', []],
  ])('is %s', (_, hosts, localAddress, expected) => {
    expect(found({ groups: [group(1, ...hosts)], localAddress })).toEqual([expected])
  })

  it('is loopback where the machine has no other address', () => {
    expect(found({ groups: [group(1, '0.0.0.0')], localAddress: '127.0.0.1', own: [] })).toEqual([['127.0.0.1']])
  })

  it('is no portal that does not listen', () => {
    expect(
      found({ groups: [group(1, '192.0.2.1', '192.0.2.2')], localAddress: '192.0.2.1', deaf: '192.0.2.1' }),
    ).toEqual([['192.0.2.2']])
  })

  it('is no address by which another group is reached', () => {
    const tagAt = ({ host }: PortalAddress) => (host === '192.0.2.1' ? 2 : 1)
    const groups = [group(1, '0.0.0.0'), group(2, '192.0.2.1')]
    expect(found({ groups, localAddress: '192.0.2.1', tagAt })).toEqual([[], ['192.0.2.1']])
  })

  it('is found by the addresses that the system tells, where it tells them', () => {
    expect(ownAddresses().some(({ isInternal }) => isInternal)).toBe(true)
    const silent = () => {
      throw new Error('EPERM')
    }
    expect(ownAddresses(silent)).toEqual([])
  })
})
