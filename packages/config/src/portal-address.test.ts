import { describe, expect, it } from 'vitest'
import { formatPortal, parseAddress, parsePortal } from './portal-address.ts'

describe('parseAddress', () => {
  it.each([
    ['10.0.0.5', '10.0.0.5'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['[::0]', '::'],
    ['::0', '::'],
    ['[2001:DB8:0::5]', '2001:db8::5'],
    ['[fe80::1%eth0]', 'fe80::1%eth0'],
    ['FE80:0::1%br_lan.5', 'fe80::1%br_lan.5'],
    ['[fe80::1]', 'fe80::1'],
    ['[::ffff:10.0.0.5]', '10.0.0.5'],
    ['[::ffff:a00:5]', '10.0.0.5'],
    ['[::ffff:0.0.0.0]', '0.0.0.0'],
  ])('reads %s', (text, address) => {
    expect(parseAddress(text)).toBe(address)
  })

  it.each([
    'localhost',
    '10.0.0.256',
    '10.0.0',
    '010.0.0.5',
    '[10.0.0.5]',
    '[fe80::1%]',
    '[fe80::1%eth0%eth1]',
    '[fe80::1%a name]',
    '[2001:db8::5%eth0]',
    '10.0.0.5%eth0',
    '[::0',
    ':::',
    '',
    '[::1]/64',
  ])('does not take %s', text => {
    expect(parseAddress(text)).toBeUndefined()
  })
})

describe('parsePortal', () => {
  it.each([
    ['127.0.0.1:3261', { host: '127.0.0.1', port: 3261 }],
    ['127.0.0.1', { host: '127.0.0.1', port: 3260 }],
    ['[::1]:0', { host: '::1', port: 0 }],
    ['[::1]', { host: '::1', port: 3260 }],
    ['[fe80::1%eth0]:3261', { host: 'fe80::1%eth0', port: 3261 }],
  ])('reads %s', (text, portal) => {
    expect(parsePortal(text)).toEqual(portal)
  })

  it.each(['::1', 'host:3260', '127.0.0.1:', '127.0.0.1:65536', ':3260', ''])('does not take %s', text => {
    expect(parsePortal(text)).toBeUndefined()
  })

  it('is undone by formatPortal', () => {
    for (const text of ['10.0.0.5:3260', '[2001:db8::5]:3261', '[fe80::1%eth0]:3260']) {
      const portal = parsePortal(text)
      expect(portal && formatPortal(portal)).toBe(text)
    }
  })
})
