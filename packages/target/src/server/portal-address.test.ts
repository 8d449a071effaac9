import { describe, expect, it } from 'vitest'
import { canonicalAddress, hostToTell, nearness } from './portal-address.ts'

const port = 3260

describe('the address of a portal', () => {
  it.each([
    ['10.0.0.5', '10.0.0.5'],
    ['::0', '::'],
    ['0:0:0:0:0:0:0:0', '::'],
    ['2001:DB8:0:0::5', '2001:db8::5'],
    ['::ffff:10.0.0.5', '10.0.0.5'],
    ['::ffff:a00:5', '10.0.0.5'],
    ['::ffff:0.0.0.0', '0.0.0.0'],
    ['FE80:0::1%eth0', 'fe80::1%eth0'],
    ['fe80::1%br_lan', 'fe80::1%br_lan'],
  ])('%s is %s to a socket', (host, canonical) => {
    expect(canonicalAddress({ host, port })).toEqual({ host: canonical, port })
  })

  it.each(['localhost', '[::1]', '10.0.0', '10.0.0.5:3260', '', '*', 'fe80::1%', 'fe80::1%a%b'])('is no %s', host => {
    expect(() => canonicalAddress({ host, port })).toThrow(RangeError)
  })

  it.each([-1, 65_536, 1.5, Number.NaN, '3260' as unknown as number])('has no port %s', wrong => {
    expect(() => canonicalAddress({ host: '10.0.0.5', port: wrong })).toThrow(RangeError)
  })
})

describe('a portal names an address', () => {
  it.each([
    ['10.0.0.5', '10.0.0.5', 3],
    ['0.0.0.0', '10.0.0.5', 2],
    ['::', '10.0.0.5', 1],
    ['::', '2001:db8::5', 1],
    ['0.0.0.0', '2001:db8::5', 0],
    ['10.0.0.6', '10.0.0.5', 0],
    ['fe80::1%eth0', 'fe80::1%eth1', 0],
  ])('%s: %s by %i', (host, local, near) => {
    expect(nearness({ host, port }, { host: local, port })).toBe(near)
    expect(nearness({ host, port: 3261 }, { host: local, port })).toBe(0)
  })
})

describe('a portal is told', () => {
  it.each([
    ['::', '10.0.0.5', '10.0.0.5'],
    ['::', 'fe80::5%eth0', 'fe80::5%eth0'],
    ['0.0.0.0', '10.0.0.5', '10.0.0.5'],
    ['0.0.0.0', '2001:db8::5', undefined],
    ['10.0.0.5', '2001:db8::5', '10.0.0.5'],
    ['2001:db8::5', '10.0.0.5', '2001:db8::5'],
    ['127.0.0.2', '10.0.0.5', undefined],
    ['127.0.0.2', '::1', '127.0.0.2'],
    ['fe80::1%eth0', '10.0.0.5', undefined],
    ['fe80::1%eth0', 'fe80::5%eth1', undefined],
    ['fe80::1%eth0', 'fe80::5%eth0', 'fe80::1%eth0'],
  ])('of %s to those who came to %s as %s', (host, local, told) => {
    expect(hostToTell(host, local)).toBe(told)
  })
})
