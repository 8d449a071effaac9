import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../document.ts'
import { EditError } from './edit-error.ts'
import { readValues } from './values.ts'

const LIO_FILE = new URL('../../../../test/fixtures/lio/saveconfig.json', import.meta.url)
const lio = parseConfiguration(readFileSync(LIO_FILE, 'utf8'))
const tpg = { target: 'iqn.2022-08.com.test:second', tag: 1 }
const acl = { ...tpg, initiator: 'iqn.1994-05.com.redhat:host1' }

// What targetcli showed of the same tree, in test/fixtures/lio/transcript.txt.
describe('the values of a group are those that targetcli shows,', () => {
  it('of attributes', () => {
    expect(readValues(lio, { name: 'storageAttributes', given: { storage_object: 'fileio/disk0' } })).toMatchObject({
      block_size: 512,
      emulate_tpu: 1,
      emulate_write_cache: 1,
      hw_queue_depth: 128,
    })
    expect(readValues(lio, { name: 'tpgAttributes', given: tpg })).toMatchObject({
      authentication: 1,
      login_timeout: 15,
    })
    expect(readValues(lio, { name: 'aclAttributes', given: acl })).toMatchObject({
      authentication: -1,
      nopin_response_timeout: 30,
    })
  })

  it('of parameters', () => {
    expect(readValues(lio, { name: 'tpgParameters', given: tpg })).toMatchObject({
      AuthMethod: 'CHAP',
      MaxBurstLength: '1048576',
      TargetAlias: 'LIO Target',
    })
  })

  it('of credentials', () => {
    const none = { userid: '', password: '', mutual_userid: '', mutual_password: '' }
    expect(readValues(lio, { name: 'tpgAuth', given: tpg })).toEqual(none)
    expect(readValues(lio, { name: 'discoveryAuth', given: {} })).toEqual({ enable: 0, ...none })
    expect(readValues(lio, { name: 'aclAuth', given: acl })).toEqual({
      userid: 'alice',
      password: 'secretsecret12',
      mutual_userid: 'tgt',
      mutual_password: 'mutualsecret12',
    })
  })

  it('of ALUA groups, the one that each storage object has included', () => {
    const of = (storage_object: string, name: string) =>
      readValues(lio, { name: 'aluaGroup', given: { storage_object, name } })
    expect(of('fileio/disk0', 'siteb')).toMatchObject({ alua_access_state: 1, alua_access_status: 2, tg_pt_gp_id: 16 })
    expect(of('ramdisk/rd0', 'default_tg_pt_gp')).toMatchObject({ alua_access_state: 0, tg_pt_gp_id: 0 })
  })

  it('and there are none of what is not there', () => {
    const read = () => readValues(lio, { name: 'tpgAttributes', given: { ...tpg, tag: 7 } })
    expect(read).toThrow(EditError)
    expect(read).toThrow('/iscsi/iqn.2022-08.com.test:second/tpg7 is not there; right is a TPG that is')
  })
})
