import { valueGroups, valueMeanings } from '@lunkit/config'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CliBench } from '../testing/cli-bench.ts'
import { preferenceMeanings } from './preference-meanings.ts'
import { defaultPreferences } from './preferences.ts'
import { groupsOf } from './value-groups.ts'

const TARGET = '/iscsi/iqn.2026-11.com.example:disks'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
  await bench.all(`/iscsi create ${TARGET.slice('/iscsi/'.length)}`, '/backstores/ramdisk create rd0 1M')
})
afterAll(() => bench.close())

describe('a group of values', () => {
  it('is told by get with what each value does', async () => {
    const { out } = await bench.line(`${TARGET}/tpg1 get attribute`)
    expect(out.slice(0, 5)).toEqual([
      'ATTRIBUTE CONFIG GROUP',
      '======================',
      'authentication=0',
      '----------------',
      'initiators must prove who they are (CHAP)',
    ])
    expect(out[5]).toBe('')
  })

  it('is told by get with what is read-only', async () => {
    const { out } = await bench.line('/backstores/ramdisk/rd0 get attribute')
    const at = out.indexOf('hw_block_size=512 [ro]')
    expect(out.slice(at + 1, at + 4)).toEqual(['-'.repeat(22), "bytes of a block of LIO's backend", ''])
  })

  it('is told by set with what each value may be, and without those that cannot be set', async () => {
    const { out } = await bench.line('/backstores/ramdisk/rd0 set attribute')
    expect(out.some(line => line.startsWith('hw_block_size'))).toBe(false)
    const at = out.indexOf('block_size=number')
    expect(out.slice(at + 1, at + 4)).toEqual([
      '-'.repeat(17),
      'bytes of a logical block; right is 512 or 1024 or 2048 or 4096',
      '',
    ])
  })

  it('is one of the preferences too', async () => {
    const { out } = await bench.line('get global')
    expect(out.slice(2, 5)).toEqual([
      'auto_add_default_portal=true',
      '----------------------------',
      'a new TPG is reached at every address, port 3260',
    ])
    expect(Object.keys(preferenceMeanings).sort()).toEqual(Object.keys(defaultPreferences).sort())
    const meanings = Object.values(preferenceMeanings as Readonly<Record<string, { meaning: string; right: string }>>)
    expect(meanings.filter(({ meaning, right }) => meaning === '' || right === '')).toEqual([])
  })

  it('has the values that targetcli begins with, where nobody has set others', async () => {
    const { out } = await bench.line('get global')
    expect(out.filter(line => /^[a-z_]+=/.test(line))).toEqual(
      [
        'auto_add_default_portal=true auto_add_mapped_luns=true auto_cd_after_create=false auto_enable_tpgt=true',
        'auto_save_on_exit=true auto_use_daemon=false color_command=cyan color_default=none color_keyword=cyan',
        'color_mode=true color_parameter=magenta color_path=magenta daemon_use_batch_mode=false',
        'export_backstore_name_as_model=true logfile= loglevel_console=info loglevel_file=debug9 max_backup_files=10',
        'prompt_length=30 tree_max_depth=0 tree_round_nodes=true tree_show_root=true tree_status_mode=true',
      ].flatMap(line => line.split(' ')),
    )
  })

  it('tells where logins are sent, of a target, a portal group and an initiator, and whom rules let in', async () => {
    const [iqn, host] = [TARGET.slice('/iscsi/'.length), 'iqn.2026-11.com.example:host']
    await bench.all(
      `${TARGET}/tpg1/acls create ${host}`,
      `redirect ${iqn} 192.0.2.7`,
      `redirect ${iqn}/tpg1/acls/${host} 192.0.2.8:3261 permanent=true`,
      `allow ${iqn} iqn.1991-05.com.microsoft:* write_protect=true`,
    )
    const told = async (path: string, group: string) => (await bench.line(`${path} get ${group}`)).out.slice(2)
    const own = `${host}=192.0.2.8:3261 for good [ro]`
    const all = 'everybody=192.0.2.7 [ro]'
    const meaning = 'where the logins of all are sent that have no place of their own'
    const lines = [all, '-'.repeat(all.length), meaning, '', own, '-'.repeat(own.length), '']
    expect(await told(`${TARGET}/tpg1`, 'redirection')).toEqual(lines)
    expect((await told(`${TARGET}/tpg1/acls/${host}`, 'redirection'))[0]).toBe(own)
    expect((await told(TARGET, 'redirection'))[0]).toBe('tpg1/everybody=192.0.2.7 [ro]')
    for (const path of [`${TARGET}/tpg1`, `${TARGET}/tpg1/acls`])
      expect((await told(path, 'rule'))[0]).toBe('iqn.1991-05.com.microsoft:*=the LUNs of the TPG, ro [ro]')
    const { out } = await bench.line(`${TARGET}/tpg1/acls/${host} get redirection ${host}`)
    expect(out).toEqual([own])
    await bench.all(`redirect ${iqn}/tpg1/acls/${host} off`)
    expect((await told(`${TARGET}/tpg1/acls/${host}`, 'redirection'))[0]).toBe('everybody=192.0.2.7 [ro]')
  })

  it('has a meaning of each of its values', () => {
    const groups = Object.values(groupsOf).flat()
    expect(groups.filter(({ known, name }) => known === undefined && name !== 'alua')).toEqual([])
    for (const name of Object.keys(valueGroups) as (keyof typeof valueGroups)[])
      for (const { meaning, right } of Object.values(valueMeanings(name)))
        expect(`${meaning}${right}`).not.toContain('\n')
  })
})

describe('cd', () => {
  it('goes back to where the shell was before, and there again', async () => {
    const { out } = await bench.run([], {
      input: ['cd <', '/iscsi', `cd ${TARGET}`, 'cd <', 'pwd', 'cd <', 'cd <', 'cd >', 'cd >', 'pwd', 'cd >'],
    })
    expect(out).toEqual([
      ...['Reached begining of path history.', 'Taking you back to /iscsi.', '/iscsi', 'Taking you back to /.'],
      ...['Reached begining of path history.', 'Taking you back to /iscsi.', `Taking you back to ${TARGET}.`, TARGET],
      'Reached the end of path history.',
    ])
  })

  it('goes back past what is there no more, and forgets what it went back from', async () => {
    const { out } = await bench.run([], {
      input: [
        ...['/backstores/ramdisk create rd1 1M', '/backstores/ramdisk', '/backstores/ramdisk/rd1', '/iscsi'],
        ...['/backstores/ramdisk delete rd1', 'cd <', '/backstores', 'cd >'],
      ],
    })
    expect(out.slice(-2)).toEqual(['Taking you back to /backstores/ramdisk.', 'Reached the end of path history.'])
  })
})

describe('a name that a group does not have', () => {
  it.each([
    ['get attribute authenticaton', 'There is authentication.'],
    ['set attribute authenticaton=1', 'There is authentication.'],
    ['get auth zzzzzzzzzzzz', 'Right is one of mutual_password, mutual_userid, password, userid.'],
    ['set auth zzzzzzzzzzzz=1', /^Right is one of .*userid.*\.$/],
  ])('is told with the one that is like it, or all: %s', async (line, right) => {
    const { err, code } = await bench.line(`${TARGET}/tpg1 ${line}`)
    expect(code).not.toBe(0)
    expect(err[1]).toMatch(right)
  })
})
