import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench } from '../testing/cli-bench.ts'
import { SESSION } from '../testing/model-service.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

const HOST = 'iqn.2026-11.com.example:host'
const AT_PORTAL = ['2026-11-29T12:00:00.000Z', '10.0.0.9:1', '10.0.0.2:3260']
const WWN = 'iqn.2026-11.com.example:disks'

describe('the daemon', () => {
  it('is told of: how it is, and what is wrong', async () => {
    expect((await bench.line('status')).out).toEqual([
      'lunkitd 1.2.3, process 42, since 2026-11-29T12:00:00.000Z: degraded',
      'configuration: /etc/lunkit/saveconfig.json, with changes that are not saved',
      'serves 1 storage object, 2 targets, 3 portals, 4 LUNs, 5 sessions',
      '/backstores/fileio/a: its flush failed; right is: lunkit clear-fault',
    ])
  })

  it('says who is logged in, and ends a session', async () => {
    bench.model.sessions = [SESSION]
    expect((await bench.line('sessions')).out).toEqual(
      [
        'id  initiator                     target                             from             since',
        '7   iqn.2026-11.com.example:host  iqn.2026-11.com.example:disk/tpg1  10.0.0.1:40000  2026-11-29T12:00:00.000Z',
      ].map((line, at) => (at === 0 ? line.replace('from             since', 'from            since') : line)),
    )
    expect((await bench.line('targetcli sessions')).out).toEqual([
      'alias: host\tsid: 7 type: Normal session-state: LOGGED_IN',
    ])
    expect((await bench.line('sessions detail 7')).out).toContain(
      '    address: 10.0.0.1 (TCP)  cid: 0 connection-state: LOGGED_IN',
    )
    expect((await bench.line('sessions kick 7')).out).toEqual(['Ended 1 session.'])
    expect(bench.model.ended).toEqual(['7'])
    expect((await bench.line('sessions detail 8')).err).toEqual([
      'no session found with sid 8',
      'Right is one that sessions shows.',
    ])
    expect((await bench.line('sessions kill')).code).toBe(2)
  })

  it('shows what steers a terminal as text, whoever calls themselves so', async () => {
    bench.model.sessions = [{ ...SESSION, alias: '\x1b]0;mine\x07\x9bm\n/> rm', initiator: 'iqn.\x1b[2J' }]
    const { out } = await bench.line('targetcli sessions detail')
    expect(out[0]).toBe('alias: \\x1b]0;mine\\x07\\x9bm\\x0a/> rm\tsid: 7 type: Normal session-state: LOGGED_IN')
    expect(out[1]).toBe('    name: iqn.\\x1b[2J')
    expect((await bench.run(['/nosuch\x1b[2J', 'ls'])).err[0]).toBe('No such path /nosuch\\x1b[2J')
    expect((await bench.line('sessions')).out.join('')).not.toMatch(/\p{Cc}/u)
  })

  it('says who was turned away', async () => {
    const lines = (await bench.line('refusals')).out
    expect(lines.slice(0, 4).map(line => line.split(/ {2,}/))).toEqual([
      ['at', 'from', 'to', 'initiator', 'target', 'status', 'why'],
      [...AT_PORTAL, HOST, 'iqn.2026-11.com.example:none', '0203', 'no target of this name (2 times)'],
      [...AT_PORTAL, HOST, 'iqn.2026-11.com.example:disk/tpg7', '0202', 'no ACL'],
      [...AT_PORTAL, '-', '-', '-', 'there are 4096'],
    ])
    expect(lines.slice(4)).toEqual([
      '',
      'cause           times  what to do',
      'unknown_target  70     mend it',
      'connections     1      raise the limit',
    ])
  })

  it('says to programs who was turned away, with cause and remedy', async () => {
    const { out } = await bench.line('--json refusals')
    expect(JSON.parse(out[0] ?? '')).toMatchObject({
      refusals: [{ status: '0203', cause: 'unknown_target', remedy: 'mend it', portal: '10.0.0.2:3260' }, {}, {}],
      counts: [{ cause: 'unknown_target', times: 70 }, {}],
    })
  })

  it.each([
    ['reload', false],
    ['reload discard=true', true],
  ])('gives up what was not saved only where it is told to: %s', async (line, discard) => {
    expect((await bench.line(line)).out).toEqual(['Nothing of what is served changed.'])
    expect(bench.model.reloaded).toEqual([{ discard }])
  })

  it('tells the whole of a node to programs', async () => {
    const { out } = await bench.line('--json ls /iscsi')
    expect(JSON.parse(out[0] ?? '')).toMatchObject({ nodes: [{ path: '/iscsi', kind: 'fabric', children: 0 }] })
  })
})

describe('the configuration', () => {
  const document = JSON.stringify({ storage_objects: [{ plugin: 'ramdisk', name: 'rd7', size: 1_048_576 }] })

  it('is saved to any file, whole, for its owner alone', async () => {
    await bench.all(`/iscsi create ${WWN}`)
    const file = bench.path('saved.json')
    expect((await bench.line(`saveconfig ${file}`)).out).toEqual([`Configuration saved to ${file}`])
    expect(readFileSync(file, 'utf8')).toContain(WWN)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(bench.model.saved).toBeUndefined()
  })

  it('is planned, and applied when it is told so', async () => {
    const file = bench.path('wanted.json')
    writeFileSync(file, document)
    expect((await bench.line(`plan ${file}`)).out).toHaveLength(1)
    const asked = await bench.line(`apply ${file}`)
    expect({ code: asked.code, err: asked.err }).toEqual({
      code: 2,
      err: ['Nothing was applied.', 'Right is apply FILE --yes.'],
    })
    expect((await bench.line('/backstores/ramdisk ls')).out).toHaveLength(1)
    expect((await bench.line(`apply ${file}`, { agrees: true })).code).toBe(0)
    expect((await bench.line('/backstores/ramdisk/rd7 status')).code).toBe(0)
    expect((await bench.line(`apply ${file} --yes`)).out).toEqual(['Nothing of what is served changed.'])
  })

  it('is restored beside what is there, not over it unless it is told so', async () => {
    const file = bench.path('other.json')
    writeFileSync(file, document)
    await bench.all(`/iscsi create ${WWN}`)
    expect((await bench.line(`restoreconfig ${file}`)).out[0]).toBe(`Configuration restored from ${file}`)
    expect((await bench.line(`/iscsi/${WWN} status`)).code).toBe(0)
    expect((await bench.line(`restoreconfig ${file}`)).err[0]).toBe("storageobject 'ramdisk:rd7' exist not restoring")
    expect((await bench.line(`restoreconfig ${file} storage_object=rd8`)).code).toBe(0)
    expect((await bench.line(`restoreconfig ${file} clear_existing storage_object=rd7`)).code).toBe(0)
    expect((await bench.line(`/iscsi/${WWN} status`)).code).toBe(0)
    expect((await bench.line(`restoreconfig ${file} clear_existing=true`)).code).toBe(0)
    expect((await bench.line(`/iscsi/${WWN} status`)).code).toBe(1)
  })

  it('is not restored from a file that is not there, or is none', async () => {
    const file = bench.path('wrong.json')
    writeFileSync(file, '{')
    expect((await bench.line('restoreconfig /nope.json')).err[0]).toBe('Restore file /nope.json not found')
    expect((await bench.line(`restoreconfig ${file}`)).code).toBe(1)
    expect((await bench.line(`restoreconfig ${file} true`)).code).toBe(1)
  })

  it('says what of it is not saved, and goes back to what is', async () => {
    await bench.all('saveconfig', `/iscsi create ${WWN}`)
    expect((await bench.line('diff')).out).toEqual(['/backstores/ramdisk/rd0'])
    await bench.all('reload --discard')
    expect((await bench.line(`/iscsi/${WWN} status`)).code).toBe(1)
    expect((await bench.line('diff')).out).toEqual(['Everything is saved.'])
    expect((await bench.line('generations')).out).toEqual(['a  17 bytes, current'])
    await bench.all('restore a')
  })
})

describe('a storage object', () => {
  it('is given another size, and cleared of a fault', async () => {
    await bench.all('/backstores/ramdisk create rd0 1M')
    expect((await bench.line('/backstores/ramdisk/rd0 resize 2M')).out).toEqual([
      "Parameter size is now '2097152'.",
      'It had 1048576 bytes.',
    ])
    expect((await bench.line('/backstores/ramdisk/rd0 clear-fault')).out).toEqual(['ramdisk/rd0 is written again.'])
  })

  it('keeps the size of a file that is there, and needs one where none is', async () => {
    bench.files.set('/disk.img', { existed: true, sizeBytes: 1_048_576 })
    expect((await bench.line('/backstores/fileio create a /disk.img')).out).toEqual([
      'Created fileio a with size 1048576',
    ])
    expect((await bench.line('/backstores/fileio create b /none.img')).err[0]).toBe(
      'Attempting to create file for new fileio backstore, need a size',
    )
    expect((await bench.line('/backstores/fileio create b /none.img 1M write_back=false')).out).toEqual([
      'Created fileio b with size 1048576',
    ])
  })

  it('has ALUA groups, and a LUN is in one', async () => {
    const alua = '/backstores/ramdisk/rd0/alua'
    await bench.all('/backstores/ramdisk create rd0 1M', `/iscsi create ${WWN}`)
    const lun = `/iscsi/${WWN}/tpg1/luns/lun0`
    await bench.all(`/iscsi/${WWN}/tpg1/luns create /backstores/ramdisk/rd0`)
    expect((await bench.line(`${alua} create siteb 16`)).out).toEqual(['Created ALUA TPG siteb.'])
    expect((await bench.line(`${lun} set alua alua_tg_pt_gp_name=siteb`)).out).toEqual([
      "Parameter alua_tg_pt_gp_name is now 'siteb'.",
    ])
    expect((await bench.line(`${lun} get alua alua_tg_pt_gp_name`)).out).toEqual(['alua_tg_pt_gp_name=siteb '])
    expect((await bench.line(`${alua}/siteb get alua tg_pt_gp_id`)).out).toEqual(['tg_pt_gp_id=16 [ro]'])
    expect((await bench.line(`${alua} delete sitec`)).err[0]).toBe('Invalid ALUA group name')
    await bench.all(`${alua} delete siteb`)
  })
})
