import { describe, expect, it } from 'vitest'
import { formatConfiguration, parseConfiguration } from '../document.ts'
import type { Configuration } from '../saveconfig.ts'
import { ConfigError } from '../schema/problem.ts'
import { TARGET, withTpg } from '../testing/trees.ts'
import type { EditCall } from './edits.ts'
import { applyEdit } from './edits.ts'
import { readValues } from './values.ts'

const HOST = 'iqn.2026-11.com.example:host'
const OTHER = 'iqn.2026-11.com.example:other'
const at = { target: TARGET, tag: 1 }
const start = withTpg({
  chap_userid: 'all',
  chap_password: 'inline',
  node_acls: [{ node_wwn: HOST }, { node_wwn: OTHER }],
})

const after = (...calls: readonly EditCall[]): Configuration =>
  calls.reduce((configuration, call) => applyEdit(configuration, call).configuration, start)
const ofTpg = (settings: Record<string, string>): EditCall => ({ name: 'setTpgSettings', given: { ...at, settings } })
const ofAcl = (initiator: string, settings: Record<string, string>): EditCall => ({
  name: 'setAclSettings',
  given: { ...at, initiator, settings },
})
const settingsIn = ({ lunkit }: Configuration) => lunkit as Record<string, unknown> | undefined

describe('how logins authenticate', () => {
  it('stands outside of LIO’s keys, survives saving, and is taken away by an empty value', () => {
    const set = after(ofTpg({ chap_algorithms: 'SHA256,SHA1', require_mutual_chap: 'yes' }))
    expect(settingsIn(set)).toEqual({
      authentication: [{ ...at, chap_algorithms: 'SHA256,SHA1', require_mutual_chap: true }],
    })
    expect(parseConfiguration(formatConfiguration(set))).toEqual(set)
    const { configuration } = applyEdit(set, ofTpg({ chap_algorithms: '', require_mutual_chap: '' }))
    expect(settingsIn(configuration)).toEqual({})
  })

  it('is read as it is in force: what an ACL does not say is empty', () => {
    const set = after(ofTpg({ chap_algorithms: 'SHA256' }), ofAcl(HOST, { password_file: '/a' }))
    const none = {
      password_file: '',
      password_credential: '',
      mutual_password_file: '',
      mutual_password_credential: '',
    }
    expect(readValues(set, { name: 'tpgSettings', given: at })).toEqual({
      ...none,
      chap_algorithms: 'SHA256',
      require_mutual_chap: 0,
    })
    expect(readValues(set, { name: 'aclSettings', given: { ...at, initiator: HOST } })).toEqual({
      ...none,
      ...{ chap_algorithms: '', require_mutual_chap: '', password_file: '/a' },
    })
    expect(readValues(start, { name: 'discoverySettings', given: {} })).toMatchObject({
      chap_algorithms: 'SHA3-256,SHA256,SHA1,MD5',
    })
  })

  it('goes with its ACL, its TPG, its target, and all of it when all is cleared', () => {
    const set = [ofTpg({ chap_algorithms: 'MD5' }), ofAcl(HOST, { password_file: '/a' })]
    const left = (call: EditCall) => settingsIn(after(...set, call))?.['authentication']
    expect(left({ name: 'deleteAcl', given: { ...at, initiator: HOST } })).toEqual([{ ...at, chap_algorithms: 'MD5' }])
    expect(left({ name: 'deleteTpg', given: at })).toBe(undefined)
    expect(left({ name: 'deleteTarget', given: { wwn: TARGET } })).toBe(undefined)
    const discovery: EditCall = { name: 'setDiscoverySettings', given: { settings: { password_credential: 'disc' } } }
    expect(settingsIn(after(...set, discovery, { name: 'clear', given: {} }))).toEqual({})
  })

  it('is that of the group of a tag, of whoever joins it too', () => {
    const tag = (initiator: string): EditCall => ({ name: 'tagAcl', given: { ...at, initiator, new_tag: 'farm' } })
    const set = after(
      tag(HOST),
      ofAcl('farm', { password_file: '/a' }),
      tag(OTHER),
      ofAcl(OTHER, { chap_algorithms: 'MD5' }),
    )
    const said = { ...at, password: { file: '/a' }, chap_algorithms: 'MD5' }
    expect(settingsIn(set)).toEqual({ authentication: [HOST, OTHER].map(initiator => ({ ...said, initiator })) })
  })
})

describe('a password', () => {
  const auth = (password: string): EditCall => ({ name: 'setTpgAuth', given: { ...at, password } })
  const passwordIn = (configuration: Configuration) =>
    readValues(configuration, { name: 'tpgAuth', given: at })['password']

  it('that stands elsewhere is in the file no more, and only said to be somewhere', () => {
    const set = after(ofTpg({ password_file: '/a' }))
    expect(formatConfiguration(set)).not.toContain('inline')
    expect(passwordIn(set)).toBe('(elsewhere)')
  })

  it('has one place: the one that was set last', () => {
    expect(settingsIn(after(ofTpg({ password_file: '/a' }), ofTpg({ password_credential: 'b' })))).toEqual({
      authentication: [{ ...at, password: { credential: 'b' } }],
    })
    const back = after(ofTpg({ password_file: '/a' }), auth('other'))
    expect([settingsIn(back), passwordIn(back)]).toEqual([{}, 'other'])
    expect(settingsIn(after(ofTpg({ password_file: '/a' }), ofTpg({ password_credential: '' })))).toEqual({
      authentication: [{ ...at, password: { file: '/a' } }],
    })
  })

  it('of discovery, and of the target, are kept the same way', () => {
    const set = after(
      {
        name: 'setDiscoveryAuth',
        given: { userid: 'd', password: 'inline2', mutual_password: 'inline3', enable: '1' },
      },
      { name: 'setDiscoverySettings', given: { settings: { password_file: '/a', mutual_password_credential: 'b' } } },
    )
    expect(settingsIn(set)).toEqual({ discovery: { password: { file: '/a' }, mutual_password: { credential: 'b' } } })
    expect(formatConfiguration(set)).not.toMatch(/inline[23]/)
  })
})

describe('what cannot be set is refused, with what is right, and never what may be a password:', () => {
  it.each<[Record<string, string>, string]>([
    [
      { chap_algorithms: 'SHA512' },
      'cannot have chap_algorithms=SHA512; right is one or more of MD5, SHA1, SHA256, SHA3-256',
    ],
    [{ chap_algorithms: 'MD5,MD5' }, 'with commas between: "SHA3-256,SHA256", or nothing, which takes it away'],
    [{ require_mutual_chap: 'maybe' }, 'cannot have require_mutual_chap=maybe; right is true or false'],
    [{ password_file: 'pl4nted' }, 'cannot have this password_file; right is a path that starts with "/"'],
    [{ password_credential: 'pl4/nted' }, 'cannot have this password_credential; right is the name of a credential'],
    [{ password: 'pl4nted' }, 'has no password; right is one of chap_algorithms'],
  ])('%j', (settings, says) => {
    expect(() => after(ofTpg(settings))).toThrow(says)
    expect(() => after(ofTpg(settings))).not.toThrow('pl4')
  })

  it.each([
    [{ authentication: [{ ...at, password: 'pl4nted' }] }, 'lunkit.authentication[0].password'],
    [{ authentication: [{ ...at, password: { file: 'pl4nted' } }] }, 'lunkit.authentication[0].password'],
    [{ discovery: { password: { file: '/a', credential: 'pl4nted' } } }, 'lunkit.discovery.password'],
    [{ authentication: [{ ...at, chap_algorithms: 'none' }] }, 'lunkit.authentication[0].chap_algorithms'],
    [{ authentication: [{ tag: 1 }] }, 'lunkit.authentication[0].target'],
  ])('in a file, %j', (lunkit, path) => {
    const parsed = () => parseConfiguration(JSON.stringify({ lunkit }))
    expect(parsed).toThrow(ConfigError)
    expect(parsed).toThrow(path)
    expect(parsed).not.toThrow('pl4')
  })
})
