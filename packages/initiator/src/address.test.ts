import { describe, expect, it } from 'vitest'
import { parseIscsiUrl, parsePortal, seenFrom } from './address.ts'

describe('a portal', () => {
  it.each([
    ['192.0.2.1:3261,1', { host: '192.0.2.1', port: 3261, portalGroupTag: 1 }],
    ['192.0.2.1', { host: '192.0.2.1', port: 3260 }],
    ['192.0.2.1:1', { host: '192.0.2.1', port: 1 }],
    ['192.0.2.1:65535,0', { host: '192.0.2.1', port: 65_535, portalGroupTag: 0 }],
    ['[2001:db8::1]:3260,65535', { host: '2001:db8::1', port: 3260, portalGroupTag: 65_535 }],
    ['[2001:db8::1]', { host: '2001:db8::1', port: 3260 }],
    ['disk.example.org,2', { host: 'disk.example.org', port: 3260, portalGroupTag: 2 }],
  ])('is read from %s', (text, portal) => {
    expect(parsePortal(text)).toEqual(portal)
  })

  it.each([
    '',
    ':3260',
    '192.0.2.1:',
    '192.0.2.1:0',
    '192.0.2.1:65536',
    '192.0.2.1,65536',
    '2001:db8::1',
    '192.0.2.1:x',
  ])('is not read from %j', text => {
    expect(() => parsePortal(text)).toThrow(/is no portal/)
  })
})

describe('a portal that was told', () => {
  it.each([
    ['fe80::1', 'fe80::9%eth0', 'fe80::1%eth0'],
    ['fe80::1', '2001:db8::9', 'fe80::1'],
    ['fe80::1%eth1', 'fe80::9%eth0', 'fe80::1%eth1'],
    ['2001:db8::1', 'fe80::9%eth0', '2001:db8::1'],
    ['192.0.2.1', 'fe80::9%eth0', '192.0.2.1'],
  ])('as %s by %s is reached as %s', (told, asked, host) => {
    expect(seenFrom({ host: told, port: 3260 }, asked)).toEqual({ host, port: 3260 })
  })
})

describe('an iSCSI URL', () => {
  it.each([
    [
      'iscsi://127.0.0.1:3260/iqn.2026-11.io.lunkit:demo/0',
      { host: '127.0.0.1', port: 3260, target: 'iqn.2026-11.io.lunkit:demo', lun: 0 },
    ],
    ['iscsi://[::1]/iqn.a', { host: '::1', port: 3260, target: 'iqn.a' }],
    [
      'iscsi://user%secret@[2001:db8::1]:3261/iqn.a/16383',
      { host: '2001:db8::1', port: 3261, target: 'iqn.a', lun: 16_383, user: 'user', password: 'secret' },
    ],
    ['iscsi://user@disk.example.org', { host: 'disk.example.org', port: 3260, user: 'user' }],
    [
      'iscsi://a/iqn.a/0?header_digest=crc32c',
      { host: 'a', port: 3260, target: 'iqn.a', lun: 0, headerDigest: 'CRC32C' },
    ],
    ['iscsi://a/iqn.a?header_digest=none', { host: 'a', port: 3260, target: 'iqn.a', headerDigest: 'None' }],
    ['iscsi://disk.example.org', { host: 'disk.example.org', port: 3260 }],
  ])('is read from %s', (url, parts) => {
    expect(parseIscsiUrl(url)).toEqual(parts)
  })

  it.each([
    'http://127.0.0.1',
    'iscsi://',
    'iscsi://a/b/c',
    'iscsi://a:b/c',
    'iscsi://a/b/16777216',
    'iscsi://a/b/0?c=d',
    'iscsi://a/b/0?toString=d',
    'iscsi://a/b/0?header_digest=md5',
    'iscsi://a/b/0?header_digest=none&header_digest=none',
    'iscsi://[::1/b/0',
  ])('is not read from %s', url => {
    expect(() => parseIscsiUrl(url)).toThrow(RangeError)
  })

  it('is shown without its password where it is refused', () => {
    expect(() => parseIscsiUrl('iscsi://user%secret@a/b/c/d')).toThrow('"iscsi://...@a/b/c/d" is not iscsi://')
  })
})
