import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { parseIscsiUrl, urlAuth } from '../address.ts'
import { connect } from '../connect.ts'
import type { PortalOptions } from '../connect-options.ts'
import { discover } from '../discover.ts'

const transport = () => Promise.reject(new Error('something was sent'))
const where = { host: 'memory', target: 'iqn.2026-11.io.lunkit:scripted', transport }
const SECRET = 'open sesame'
const alice = { user: 'alice', secret: SECRET }

/** What connect and discover say to these options. */
async function refusal(options: object): Promise<string> {
  const { target: _, ...portal } = where
  const said = (error: Error) => `${error.name}: ${error.message}`
  const byConnect = await connect({ ...where, ...options }).then(String, said)
  const byDiscover = await discover({ ...portal, ...options } as PortalOptions).then(String, said)
  expect(byDiscover.replace('discover', 'connect')).toBe(byConnect)
  return byConnect
}

describe('the credentials of a login', () => {
  it.each([
    [SECRET, 'TypeError: connect: auth is a value of type string; right is { user, secret, mutual, algorithms }'],
    [null, 'TypeError: connect: auth is null; right is'],
    [[alice], 'RangeError: connect: auth is an array of 1; right is'],
    [{ user: 'alice' }, 'TypeError: connect: auth: secret is undefined; right is a text or a Uint8Array'],
    [{ user: 'alice', secret: 5 }, 'TypeError: connect: auth: secret is a value of type number; right is'],
    [{ user: 'alice', secret: [SECRET] }, 'TypeError: connect: auth: secret is a value of type object; right is'],
    [{ user: 'alice', secret: '' }, 'RangeError: connect: auth: secret has 0 bytes; right is'],
    [{ user: 'alice', secret: 'x'.repeat(1025) }, 'RangeError: connect: auth: secret has 1025 bytes; right is'],
    [{ user: 'alice', secret: new Uint8Array(0) }, 'RangeError: connect: auth: secret has 0 bytes; right is'],
    [{ secret: SECRET }, 'TypeError: connect: auth: user is undefined; right is a name of 1 to 255 bytes'],
    [{ ...alice, user: '' }, 'RangeError: connect: auth: user is ""; right is a name of 1 to 255 bytes'],
    [{ ...alice, user: 'é'.repeat(128) }, 'RangeError: connect: auth: user is'],
    [{ ...alice, user: 'a\0b' }, 'RangeError: connect: auth: user is'],
    [{ ...alice, user: '\ud800' }, 'RangeError: connect: auth: user is'],
    [
      { ...alice, password: SECRET },
      'TypeError: connect: auth has no option "password"; there are user, mutual, algorithms',
    ],
    [{ ...alice, algorithms: [] }, 'RangeError: connect: auth: algorithms is empty; right is one or more'],
    [{ ...alice, algorithms: ['MD5', 'MD5'] }, 'RangeError: connect: auth: algorithms has one twice'],
    [{ ...alice, algorithms: ['md5'] }, 'RangeError: connect: auth: algorithms is an array of 1; right is'],
    [
      { ...alice, mutual: SECRET },
      'TypeError: connect: auth: mutual is a value of type string; right is { user, secret }',
    ],
    [{ ...alice, mutual: { user: 'disk' } }, 'TypeError: connect: auth: mutual: secret is undefined'],
    [{ ...alice, mutual: { secret: 'x' } }, 'TypeError: connect: auth: mutual: user is undefined'],
    [
      { ...alice, mutual: { user: 'disk', secret: Buffer.from(SECRET) } },
      "RangeError: connect: auth: mutual: secret is the initiator's; RFC 7143 9.2.1 wants another one for the target",
    ],
  ])('are refused before anything is sent, without a secret: row %#', async (auth, message) => {
    const said = await refusal({ auth })
    expect(said).toContain(message)
    expect(said).not.toContain(SECRET)
  })

  it.each([
    [{ offers: { AuthMethod: ['CHAP'] } }, 'AuthMethod has CHAP; right is None, or auth'],
    [{ auth: alice, offers: { AuthMethod: ['None'] } }, 'AuthMethod has no CHAP, and there is auth; right is CHAP'],
    [{ auth: alice, offers: { AuthMethod: ['CHAP', 'KRB5'] } }, 'AuthMethod has KRB5; right is CHAP, None'],
    [
      { auth: { ...alice, mutual: { user: 'disk', secret: 'x' } }, offers: { AuthMethod: ['CHAP', 'None'] } },
      'AuthMethod has None, which no target can prove itself by; right is CHAP alone',
    ],
  ])('and what is offered have to fit: row %#', async (options, message) => {
    expect(await refusal(options)).toContain(message)
  })
})

describe('the user and the password of a URL', () => {
  it.each([
    ['iscsi://alice%secret@h/iqn.a/0', { user: 'alice', secret: 'secret' }],
    ['iscsi://alice:secret@h/iqn.a/0', { user: 'alice', secret: 'secret' }],
    ['iscsi://al:ice%sec:ret@h/iqn.a/0', { user: 'al:ice', secret: 'sec:ret' }],
    ['iscsi://alice%s%/r+t@[::1]:3261/iqn.a/0', { user: 'alice', secret: 's%/r+t' }],
    [
      'iscsi://alice%secret@h/iqn.a/0?target_user=disk&target_password=other=one',
      { user: 'alice', secret: 'secret', mutual: { user: 'disk', secret: 'other=one' } },
    ],
    ['iscsi://h/iqn.a/0', undefined],
    ['iscsi://@h/iqn.a/0', undefined],
  ])('are read from %s as libiscsi reads them', (url, auth) => {
    expect(urlAuth(parseIscsiUrl(url))).toEqual(auth)
  })

  it.each(['alice@h', 'alice%@h', '%secret@h', 'h/iqn.a?target_user=a&target_password=b', 'a%b@h/iqn.a?target_user=a'])(
    'are no credentials in iscsi://%s',
    url => {
      expect(() => urlAuth(parseIscsiUrl(`iscsi://${url}`))).toThrow('right is user%password@')
    },
  )

  it.each(['?', '?user=a', '?target_user', '?target_user=a&target_user=b', '#a', '/?target_password=open sesame#'])(
    'are not read from what ends in %s, which is shown without them',
    end => {
      const url = `iscsi://alice%open sesame@h/iqn.a/0${end}`
      const failure = inspect(parsed(url))
      expect(failure).toContain('is not iscsi://[user%password@]host[:port]/target/lun')
      expect(failure).not.toContain('open sesame')
    },
  )

  const parsed = (url: string): unknown => {
    try {
      return parseIscsiUrl(url)
    } catch (error) {
      return error
    }
  }

  it('stand beside no option auth', async () => {
    const url = 'iscsi://alice%open sesame@h/iqn.2026-11.io.lunkit:a/0'
    const said = await connect(url, { auth: alice, transport }).then(String, (error: Error) => error.message)
    expect(said).toBe('the URL has a user name, and there is the option auth; right is one of both')
  })
})
