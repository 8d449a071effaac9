import { describe, expect, it } from 'vitest'
import { type AccessRule, AccessRules, type RuleMatch } from './access-rules.ts'

const HOST = 'iqn.1991-05.com.microsoft:host'
const OTHER = 'iqn.2026-11.com.example:other'

const rule = (name: string, match: RuleMatch): AccessRule => ({ name, match, access: {} })
const network = (address: string, bits: number): AccessRule =>
  rule(`${address}/${bits}`, { kind: 'network', address, bits })
const prefix = (text: string): AccessRule => rule(`${text}*`, { kind: 'prefix', prefix: text })

/** The least specific first: the order in which they are given makes no difference. */
const ALL: readonly AccessRule[] = [
  network('0.0.0.0', 0),
  network('192.0.2.0', 24),
  network('192.0.2.128', 25),
  network('2001:db8::', 32),
  network('2001:db8:1::', 48),
  network('fe80::', 10),
  prefix('iqn.1991-05.com.'),
  prefix('iqn.1991-05.com.Microsoft:'),
  rule('tag:cluster', { kind: 'names', names: ['IQN.1991-05.com.microsoft:node', 'iqn.2026-11.com.example:node'] }),
]

describe('the most specific access rule holds:', () => {
  it.each([
    ['whole names before beginnings of them', 'iqn.1991-05.com.microsoft:node', '192.0.2.7', 'tag:cluster'],
    ['a longer beginning before a shorter one', HOST, '192.0.2.7', 'iqn.1991-05.com.Microsoft:*'],
    [
      'a shorter beginning where the longer one is not that of the name',
      'iqn.1991-05.com.x',
      '192.0.2.7',
      'iqn.1991-05.com.*',
    ],
    ['a smaller network before a larger one', OTHER, '192.0.2.200', '192.0.2.128/25'],
    ['the larger one beside the smaller', OTHER, '192.0.2.7', '192.0.2.0/24'],
    ['the one of all IPv4 addresses elsewhere', OTHER, '198.51.100.1', '0.0.0.0/0'],
    ['IPv4 that an IPv6 socket tells is IPv4', OTHER, '::ffff:192.0.2.7', '192.0.2.0/24'],
    ['IPv6 by the same order', OTHER, '2001:db8:1::7', '2001:db8:1::/48'],
    ['IPv6 of the larger network', OTHER, '2001:db8:2::7', '2001:db8::/32'],
    ['a link-local address on whatever link', OTHER, 'fe80::1%eth0', 'fe80::/10'],
    ['none for who is in none of them', OTHER, '2001:4860::1', undefined],
  ])('%s', (_what, name, host, found) => {
    for (const rules of [ALL, ALL.toReversed()]) expect(new AccessRules(rules).find(name, host)?.name).toBe(found)
  })
})
