import { ControlFault } from '@lunkit/control'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench } from './testing/cli-bench.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

const WWN = 'iqn.2026-11.com.example:disks'
const BANNER = [
  'targetcli shell version 2.1.53',
  'Copyright 2011-2013 by Datera, Inc and others.',
  "For help on commands, type 'help'.",
  '',
]
const SAVED = ['Global pref auto_save_on_exit=true', 'Configuration saved to /etc/lunkit/saveconfig.json']

/** What democratic-csi sends to make a target, and to make it again. */
const CSI = [
  ...['# create target', 'cd /iscsi', `create ${WWN}`, ''],
  ...['# setup tpg', `cd /iscsi/${WWN}/tpg1`, 'set attribute authentication=0', 'set attribute generate_node_acls=1'],
  ...['set auth userid=me', '', '# create extent', 'cd /backstores/ramdisk', 'create disk0 1M', ''],
  ...['# add extent to target/tpg', `cd /iscsi/${WWN}/tpg1/luns`, 'create /backstores/ramdisk/disk0'],
]

describe('a script that targetcli would be sent', () => {
  it('gets prompts, with the answers behind them, and is saved at its end', async () => {
    const { out, err, code } = await bench.run(['targetcli'], { input: CSI })
    expect(out).toEqual([
      ...BANNER,
      `/> /> /iscsi> Created target ${WWN}.`,
      'Created TPG 1.',
      'Global pref auto_add_default_portal=true',
      'Created default portal listening on all IPs (0.0.0.0), port 3260.',
      "/iscsi> /iscsi> /iscsi> /iscsi/iqn.20...le:disks/tpg1> Parameter authentication is now '0'.",
      "/iscsi/iqn.20...le:disks/tpg1> Parameter generate_node_acls is now '1'.",
      "/iscsi/iqn.20...le:disks/tpg1> Parameter userid is now 'me'.",
      `${'/iscsi/iqn.20...le:disks/tpg1> '.repeat(3)}/backstores/ramdisk> Created ramdisk disk0 with size 1M.`,
      `${'/backstores/ramdisk> '.repeat(3)}/iscsi/iqn.20...sks/tpg1/luns> Created LUN 0.`,
      '/iscsi/iqn.20...sks/tpg1/luns> exit',
      ...SAVED,
    ])
    expect({ err, code, saved: bench.model.saved }).toEqual({ err: [], code: 0, saved: bench.model.configuration })
  })

  it('goes on after errors, which go to standard error, and ends with 0', async () => {
    await bench.run(['targetcli'], { input: CSI })
    const { err, code } = await bench.run(['targetcli'], { input: CSI })
    expect(code).toBe(0)
    expect(err.filter((_line, at) => at % 2 === 0)).toEqual([
      'This Target already exists in configFS',
      'Storage object ramdisk/disk0 exists',
      'lun for storage object ramdisk/disk0 already exists',
    ])
  })

  it('is not saved where the preferences say so, which outlive it', async () => {
    const set = await bench.line('targetcli set global auto_save_on_exit=false')
    expect(set.out).toEqual(["Parameter auto_save_on_exit is now 'false'."])
    const { out, err } = await bench.run(['targetcli'], { input: ['/iscsi create', 'exit', 'frob'] })
    expect(out.at(-1)).toBe('Created default portal listening on all IPs (0.0.0.0), port 3260.')
    expect(err).toEqual([])
    expect(bench.model.saved).toBeUndefined()
  })

  it('says why where it cannot be saved at its end, and has done the rest', async () => {
    bench.model.instead.set('save', new ControlFault('failed', { what: 'there is no room', right: 'some' }))
    const { out, err } = await bench.run(['targetcli'], { input: ['/backstores/ramdisk create rd0 1M'] })
    expect(out.at(-1)).toBe('Global pref auto_save_on_exit=true')
    expect(err.join(' ')).toContain('there is no room')
    expect(bench.model.configuration.storage_objects).toHaveLength(1)
  })

  it('fails where no daemon is', async () => {
    const { out, code } = await bench.run(['targetcli', '--control', bench.path('none')], { input: CSI })
    expect({ out, code }).toEqual({ out: [], code: 1 })
  })
})

describe('a line that targetcli would be given', () => {
  it.each([
    [['/iscsi'], 0, [], undefined],
    [['iscsi/'], 0, [], undefined],
    [['/nowhere'], 1, [], 'No such path /nowhere'],
    [['iscsi'], 1, [], 'Command not found iscsi'],
    [['/iscsi ls'], 0, [`o- iscsi ${'.'.repeat(110)} [Targets: 0]`], undefined],
    [['ls', '/iscsi', '1'], 0, [`o- iscsi ${'.'.repeat(110)} [Targets: 0]`], undefined],
    [['/iscsi', 'status'], 0, ['Status for /iscsi: Targets: 0'], undefined],
    [['/', 'status'], 0, ['Status for /: '], undefined],
    [['/iscsi', 'get', 'discovery_auth', 'enable'], 0, ['enable=False '], undefined],
    [['/iscsi', 'set', 'discovery_auth', 'userid='], 0, ["Parameter userid is now ''."], undefined],
    [['clearconfig'], 1, [], 'As a precaution, confirm=True needs to be set'],
    [['clearconfig', 'confirm=True'], 0, ['All configuration cleared'], undefined],
    [['sessions'], 0, ['(no open sessions)'], undefined],
    [['/backstores/ramdisk', 'create', 'R', '1M', 'wwn=5eb63bbb'], 0, ['Created ramdisk R with size 1M.'], undefined],
  ])('%j ends with %i and says %j', async (args, code, out, error) => {
    const said = await bench.run(['targetcli', ...args])
    expect({ ...said, err: said.err[0] }).toEqual({ out, code, err: error })
  })

  it('makes targets as the preferences have it', async () => {
    await bench.line('targetcli set global auto_add_default_portal=false auto_add_mapped_luns=false')
    expect((await bench.line(`targetcli /iscsi create ${WWN}`)).out).toEqual([
      `Created target ${WWN}.`,
      'Created TPG 1.',
    ])
    await bench.all('targetcli /backstores/ramdisk create rd0 1M')
    await bench.all(`targetcli /iscsi/${WWN}/tpg1/luns create /backstores/ramdisk/rd0`)
    expect((await bench.line(`targetcli /iscsi/${WWN}/tpg1/acls create iqn.1994-05.com.redhat:a`)).out).toHaveLength(1)
    expect((await bench.line('targetcli get global auto_add_default_portal')).out).toEqual([
      'auto_add_default_portal=false ',
    ])
  })

  it('makes them as nobody prefers where the daemon cannot tell who asks', async () => {
    const fault = { what: 'nobody can tell whose preferences these are', right: 'to install koffi' }
    bench.model.instead.set('preferences', new ControlFault('unauthorised', fault))
    expect((await bench.line(`targetcli /iscsi create ${WWN}`)).out).toHaveLength(4)
    expect((await bench.line('targetcli get global color_mode')).code).toBe(1)
  })

  it('says nothing at its end where it may only read, and what else keeps it from saving', async () => {
    const fault = { what: 'the token may only read', right: 'another one' }
    bench.model.instead.set('preferences', new ControlFault('unauthorised', fault))
    expect((await bench.run(['targetcli'], { input: ['pwd'] })).err).toEqual([])
    bench.model.instead.set('preferences', new ControlFault('refused', fault))
    expect((await bench.run(['targetcli'], { input: ['pwd'] })).err.join()).toContain('the token may only read')
  })

  it('enters what it makes where the preferences have it so', async () => {
    await bench.line('set global auto_cd_after_create=true')
    const { out } = await bench.run([], { input: [`/iscsi create ${WWN}`, 'pwd'] })
    expect(out.at(-1)).toBe(`/iscsi/${WWN}`)
  })

  it('says of a TPG whether it is enabled already', async () => {
    await bench.all(`/iscsi create ${WWN}`)
    const said = []
    for (const each of ['enable', 'disable', 'disable', 'enable'])
      said.push((await bench.line(`targetcli /iscsi/${WWN}/tpg1 ${each}`)).out[0])
    expect(said).toEqual([
      'The TPGT is already enabled.',
      'The TPGT has been disabled.',
      'The TPGT is already disabled.',
      'The TPGT has been enabled.',
    ])
  })
})
