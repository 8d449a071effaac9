import { readFileSync } from 'node:fs'
import { ConnectionRefusal, LoginCause } from 'lunkit'
import { describe, expect, it } from 'vitest'
import { type RefusalCause, refusalRemedy } from './refusal-remedies.ts'

const INITIATOR = 'iqn.2026-11.com.example:host'
const TARGET = 'iqn.2026-11.com.example:disk'
const place = { initiator: INITIATOR, target: TARGET, tag: 2 }
const causes: readonly RefusalCause[] = [
  ...new Set([...Object.values(LoginCause), ...Object.values(ConnectionRefusal)]),
]

describe('what to do about a refusal', () => {
  it.each(causes)('is said of %s, with nothing left to fill in', cause => {
    expect(refusalRemedy(cause, place)).toMatch(/^[a-z].{15,}/)
    expect(refusalRemedy(cause, place)).not.toMatch(/INITIATOR|TPG|TARGET/)
  })

  it('is kept word by word, of discovery too', () => {
    const said = causes.flatMap(cause =>
      [place, { initiator: null, target: null, tag: null }].map(each => `${cause}: ${refusalRemedy(cause, each)}`),
    )
    expect(said.join('\n')).toMatchSnapshot()
  })

  it.each(Object.values(LoginCause))('is said of %s in the pages too', cause => {
    const page = readFileSync(new URL('../../../../docs/operating/monitor.md', import.meta.url), 'utf8')
    expect(page.split('### Logins are refused')[1]).toContain(`\`${cause}\``)
  })

  it('has commands with the names that it is about', () => {
    expect(refusalRemedy('no_acl', place)).toContain(`lunkit /iscsi/${TARGET}/tpg2/acls create ${INITIATOR};`)
    expect(refusalRemedy('tpg_disabled', place)).toContain(`lunkit /iscsi/${TARGET}/tpg2 enable`)
  })

  it('is that of discovery where no target was named', () => {
    expect(refusalRemedy('bad_secret', { ...place, target: null, tag: null })).toContain('get discovery_auth')
  })

  it.each(['iqn.a;reboot', '$(reboot)', 'iqn.a b', '-rf', 'iqn.a\n', '`reboot`', 'iqn.a|b', "iqn.a'", '$&'])(
    'never has a name in it by which a shell would do something else: %j',
    name => {
      expect(refusalRemedy('no_acl', { ...place, initiator: name })).toContain('/acls create INITIATOR;')
      expect(refusalRemedy('no_acl', { ...place, target: name })).toContain('lunkit /iscsi/TARGET/tpg2/acls')
    },
  )
})
