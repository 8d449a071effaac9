import { mkdirSync, writeFileSync } from 'node:fs'
import type { JsonObject } from '@lunkit/config'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { CliBench } from '../testing/cli-bench.ts'

let bench: CliBench
beforeAll(async () => {
  bench = await CliBench.open()
})
beforeEach(() => bench.restart())
afterAll(() => bench.close())

const WWN = 'iqn.2026-11.com.example:disks'
const HOST = 'iqn.1993-08.org.debian:01:0123456789ab'

function conf(text: string, name = 'targets.conf'): string {
  const path = bench.path(name)
  writeFileSync(path, text)
  return path
}

/** What is served after an import of a text. */
async function imported(text: string, ...more: string[]) {
  const { out, err, code } = await bench.run(['import', 'tgt', conf(text), '--yes', ...more])
  const { storage_objects = [], targets = [], lunkit, fabric_modules } = bench.model.configuration
  const disks = (storage_objects ?? []) as unknown as readonly JsonObject[]
  const tpgs = (targets ?? []).map(target => ((target as JsonObject).tpgs as readonly JsonObject[])[0] as JsonObject)
  const settings = ((lunkit as JsonObject | undefined)?.storage_objects ?? []) as readonly JsonObject[]
  return { out, err, code, disks, tpgs, settings, targets, fabric_modules, said: out.join('\n') }
}

describe('import tgt', () => {
  it('makes disks, LUNs and ACLs under the numbers and with the identities of tgt', async () => {
    const { code, disks, tpgs, settings, out } = await imported(`
default-driver iscsi
<target ${WWN}>
  <backing-store /srv/b.img>
    scsi_sn SERIAL-B
    vendor_id MyCompany Inc.
    product_id Fast Disk
    product_rev 7
    write-cache off
    block-size 4096
    lun 15
  </backing-store>
  <backing-store /srv/a.img>
  </backing-store>
  controller_tid 7
  initiator-name ${HOST}
  MaxBurstLength 131072
</target>`)
    expect(code).toBe(0)
    expect(disks).toMatchObject([
      { plugin: 'fileio', name: 'a.img', dev: '/srv/a.img', wwn: 'beaf71', write_back: true },
      {
        ...{ plugin: 'fileio', name: 'b.img', dev: '/srv/b.img', wwn: 'SERIAL-B', write_back: false },
        attributes: { block_size: 4096, emulate_write_cache: 0 },
      },
    ])
    expect(settings).toEqual([
      { storage_object: '/backstores/fileio/a.img', vendor_id: 'IET', product_id: 'VIRTUAL-DISK', revision: '0001' },
      { storage_object: '/backstores/fileio/b.img', vendor_id: 'MyCompan', product_id: 'Fast Disk', revision: '7' },
    ])
    expect(tpgs).toMatchObject([
      {
        enable: true,
        attributes: { authentication: 0, generate_node_acls: 0 },
        parameters: { MaxBurstLength: '131072' },
        portals: [{ ip_address: '0.0.0.0', port: 3260 }],
        luns: [{ index: 1 }, { index: 15 }],
        node_acls: [{ node_wwn: HOST, mapped_luns: [{ index: 1, tpg_lun: 1 }, { index: 15 }] }],
      },
    ])
    expect(out).toContain(`  /iscsi/${WWN}/tpg1: for ${HOST}`)
    expect(out).not.toContain('Not carried over:')
  })

  it.each([
    ['3', 4096, undefined],
    ['15', 16_777_216, undefined],
    ['16', undefined, 'it is no exponent from 0 to 15'],
  ])('takes lbppbe %s for a physical block of %s bytes', async (exponent, bytes, refused = '') => {
    const { settings, said } = await imported(`
<target ${WWN}>
  <backing-store /srv/a.img>
    lbppbe ${exponent}
  </backing-store>
</target>`)
    expect(settings[0]?.['physical_block_size']).toBe(bytes)
    expect(said).toContain(refused)
  })

  it.each([
    ['bsoflags sync', { write_back: false, aio: undefined }],
    ['bsoflags dsync', { write_back: false, aio: undefined }],
    ['bsoflags direct', { write_back: true, aio: true }],
    ['bs-type aio', { write_back: true, aio: true }],
    ['bs-type rdwr', { write_back: true, aio: undefined }],
    ['online 1', { write_back: true, aio: undefined }],
    ['online Yes', { write_back: true, aio: undefined }],
  ])('takes %s of a LUN: %j', async (line, { write_back, aio }) => {
    const { disks, said } = await imported(
      `<target ${WWN}>\n<backing-store /srv/a.img>\n${line}\n</backing-store>\n</target>`,
    )
    expect(disks.map(disk => [disk['write_back'], disk['aio']])).toEqual([[write_back, aio]])
    expect(said).not.toContain('Not carried over:')
  })

  it.each([
    ['online 0', 'it is offline'],
    ['block-size 8192', 'lunkit has blocks of 512, 1024, 2048 and 4096 bytes, and not of 8192'],
    ['device-type cd', 'lunkit serves disks only'],
  ])('leaves out a LUN with %s', async (line, why) => {
    const store = `<backing-store /srv/a.img>\n${line}\n</backing-store>\nbacking-store /srv/b.img`
    const { disks, said } = await imported(`<target ${WWN}>\n${store}\n</target>`)
    expect(disks).toMatchObject([{ name: 'b.img' }])
    expect(said).toContain(`backing-store /srv/a.img: ${why}`)
  })

  it.each([
    ['offline', false],
    ['ready', true],
  ])('makes a target that is %s enabled: %j', async (state, enable) => {
    const { tpgs } = await imported(`<target ${WWN}>\nbacking-store /srv/a.img\nstate ${state}\n</target>`)
    expect(tpgs).toMatchObject([{ enable }])
  })

  it('names what it cannot carry over of a target, and why', async () => {
    const { said, targets } = await imported(`<target ${WWN}a>
backing-store /srv/a.img
MaxBurstLength 7
incominguser me PLEASE_CORRECT_THE_PASSWORD
<frob x>
frob 1
</frob>
</target>
<target ${WWN}b>
backing-store /srv/b.img
driver iser
</target>
<target ${WWN}c>
backing-store b.img
direct-store /srv/c.img
</target>
<other y>
</other>`)
    for (const text of [
      'MaxBurstLength 7: right is ',
      'a dump of tgt has no passwords: right is the password, in the file or by "set auth"',
      '<frob x>: nobody knows what it is',
      'driver iser: lunkit has no iser: the target is left out',
      'backing-store b.img: its path does not begin with "/"',
      'direct-store /srv/c.img: the identity of the device is not taken over',
      '<other y>: nobody knows what it is',
    ])
      expect(said).toContain(text)
    expect(targets).toMatchObject([{ wwn: `${WWN}a` }, { wwn: `${WWN}c` }])
  })

  it('makes a block device of what is one, and of what may become one', async () => {
    bench.files.set('/dev/vdx', { existed: true, isBlockDevice: true, sizeBytes: 0 })
    bench.files.set('/dev/file', { existed: true, isBlockDevice: false, sizeBytes: 0 })
    const stores = ['/dev/vdx', '/dev/file', '/dev/later', '/srv/vdx'].map(path => `backing-store ${path}`)
    const { disks } = await imported([`<target ${WWN}>`, ...stores, '</target>'].join('\n'))
    bench.files.clear()
    expect(disks.map(({ plugin, dev }) => [plugin, dev])).toEqual([
      ...[
        ['fileio', '/dev/file'],
        ['block', '/dev/later'],
        ['block', '/dev/vdx'],
        ['fileio', '/srv/vdx'],
      ],
    ])
  })

  it('puts the users of discovery in the place of those that were there, and keeps other fabrics', async () => {
    bench.model.configuration = {
      ...bench.model.configuration,
      fabric_modules: [{ name: 'iscsi' }, { name: 'loopback' }],
    }
    const { fabric_modules } = await imported(
      `<target ${WWN}>\nbacking-store /srv/a.img\n</target>\nincomingdiscoveryuser finder gefunden1234`,
    )
    expect(fabric_modules).toMatchObject([{ name: 'loopback' }, { name: 'iscsi', discovery_userid: 'finder' }])
  })

  it('opens to everybody what tgt opens to everybody, and nothing else', async () => {
    const { tpgs } = await imported(`
<target ${WWN}a>
  backing-store /srv/a.img
</target>
<target ${WWN}b>
  backing-store /srv/b.img
  initiator-address ALL
</target>
<target ${WWN}c>
  backing-store /srv/c.img
  readonly 1
</target>`)
    expect(tpgs.map(({ attributes, enable }) => ({ attributes, enable }))).toEqual([
      { enable: true, attributes: { authentication: 0, generate_node_acls: 1, demo_mode_write_protect: 0 } },
      { enable: true, attributes: { authentication: 0, generate_node_acls: 1, demo_mode_write_protect: 0 } },
      { enable: true, attributes: { authentication: 0, generate_node_acls: 1, demo_mode_write_protect: 1 } },
    ])
  })

  it.each([
    ['initiator-address 192.0.2.1', 'lunkit has no ACLs by address: the TPG is made disabled, and lets nobody in'],
    [`initiator-address 192.0.2.1\ninitiator-name ${HOST}`, 'lunkit has no ACLs by address'],
    ['initiator-adress 192.0.2.1', 'nobody knows whom it keeps out: the TPG is made disabled, and lets nobody in'],
  ])('closes a target that is restricted by %j, and says so with its line', async (line, reason) => {
    const { tpgs, said } = await imported(`<target ${WWN}>\nbacking-store /srv/a.img\n${line}\n</target>`)
    expect(tpgs).toMatchObject([{ enable: false, attributes: { generate_node_acls: 0 } }])
    expect(said).toContain(`line 3 of ${bench.path('targets.conf')}: ${line.split('\n')[0]}: ${reason}`)
    expect(said).toContain(`lunkit /iscsi/${WWN}/tpg1 enable`)
  })

  it('has a name that is none let nobody in', async () => {
    const { tpgs } = await imported(`<target ${WWN}>\nbacking-store /srv/a.img\ninitiator-name ALL\n</target>`)
    expect(tpgs).toMatchObject([{ attributes: { generate_node_acls: 0 }, node_acls: [] }])
  })

  it('keeps users and passwords, demands them, and shows no password', async () => {
    const { tpgs, said } = await imported(`
<target ${WWN}>
  backing-store /srv/a.img
  incominguser me geheimgeheim
  incominguser other geheimgeheim2
  outgoinguser them verborgen12
</target>
incomingdiscoveryuser finder gefunden1234`)
    expect(tpgs).toMatchObject([
      {
        attributes: { authentication: 1 },
        ...{ chap_userid: 'me', chap_password: 'geheimgeheim' },
        ...{ chap_mutual_userid: 'them', chap_mutual_password: 'verborgen12' },
      },
    ])
    expect(bench.model.configuration.fabric_modules).toMatchObject([
      { name: 'iscsi', discovery_enable_auth: true, discovery_userid: 'finder' },
    ])
    expect(said).toContain('incominguser other ********: an ACL, and a TPG, has one user of each kind: the first holds')
    expect(said).not.toMatch(/geheim|verborgen|gefunden/)
  })

  it('names each line that is not carried over, with its number and why', async () => {
    const { said, disks } = await imported(`<target ${WWN}>
<backing-store /srv/a.img>
scsi_id IET 00010001
frobnicate 7
</backing-store>
<backing-store rbd/pool>
bs-type rbd
</backing-store>
</target>
iSNS On
frob 1`)
    const file = bench.path('targets.conf')
    for (const [line, what] of [
      [3, 'scsi_id IET 00010001: lunkit makes VPD page 83h of the serial number'],
      [4, 'frobnicate 7: nobody knows what it says of a LUN'],
      [6, 'backing-store rbd/pool: lunkit has disks in files; this kind of backing store is none'],
      [10, 'iSNS On: no iSNSServerIP says where'],
      [11, 'frob 1: nobody knows what it says'],
    ] as const)
      expect(said).toContain(`line ${line} of ${file}: ${what}`)
    expect(disks).toHaveLength(1)
  })

  it.each([
    ['iSNSServerIP 192.0.2.7', '192.0.2.7'],
    ['iSNSServerIP 2001:db8::7\niSNSServerPort 3999', '[2001:db8::7]:3999'],
  ])('registers where tgtd did: %j', async (lines, server) => {
    const { said } = await imported(`<target ${WWN}>\nbacking-store /srv/a.img\n</target>\niSNS On\n${lines}`)
    expect(said).toContain(`lunkit isns ${server}: where targets are registered`)
    expect(bench.model.configuration.lunkit).toMatchObject({ isns: [{ server }] })
  })

  it('registers where lunkitd does already, once, and elsewhere too', async () => {
    await bench.all('isns 192.0.2.7 entity=mine', 'isns 192.0.2.8')
    await imported(`<target ${WWN}>\nbacking-store /srv/a.img\n</target>\niSNS On\niSNSServerIP 192.0.2.7`)
    expect(bench.model.configuration.lunkit).toMatchObject({
      isns: [{ server: '192.0.2.8' }, { server: '192.0.2.7' }],
    })
  })

  it.each(['constructor', 'tostring', '__proto__'])('knows no option of a LUN that is called %s', async name => {
    const lun = `<backing-store /srv/a.img>\n${name} 7\n</backing-store>`
    const { said, disks } = await imported(`<target ${WWN}>\n${lun}\n</target>`)
    expect(said).toContain(`${name} 7: nobody knows what it says of a LUN`)
    expect(disks).toHaveLength(1)
  })

  it('registers nowhere where tgtd did not, and says what of iSNS it leaves out', async () => {
    const lines = 'iSNS Off\niSNSServerIP 192.0.2.7\niSNSAccessControl On'
    const { said } = await imported(`<target ${WWN}>\nbacking-store /srv/a.img\n</target>\n${lines}`)
    expect(said).toContain('iSNSServerIP 192.0.2.7: iSNS is not on')
    expect(said).toContain('iSNSAccessControl On: lunkit lets in who an ACL names, whatever an iSNS server says')
    expect(bench.model.configuration.lunkit).not.toHaveProperty('isns')
  })

  it('gives a disk another serial number rather than that of another disk', async () => {
    const { disks, said } = await imported(
      `<target ${WWN}>\nbacking-store /srv/a.img\nbacking-store /srv/b.img\nscsi_sn multipath-10\n</target>`,
    )
    expect(disks.map(({ wwn }) => wwn)).toEqual(['multipath-10', undefined])
    expect(said).toContain('its serial number multipath-10 looks like that of another disk: it gets a new one')
  })

  it('makes one disk of a file that two targets have', async () => {
    const { disks, tpgs } = await imported(
      `<target ${WWN}a>\nbacking-store /srv/a.img\n</target>\n<target ${WWN}b>\nbacking-store /srv/a.img\nlun 4\n</target>`,
    )
    expect(disks).toHaveLength(1)
    expect(tpgs.map(({ luns }) => luns)).toEqual([
      [{ index: 1, storage_object: '/backstores/fileio/a.img' }],
      [{ index: 4, storage_object: '/backstores/fileio/a.img' }],
    ])
  })

  it('leaves out what is a LUN of its target already, by its number or its file', async () => {
    const stores = ['backing-store /srv/a.img', 'direct-store /srv/a.img']
    const twice = await imported([`<target ${WWN}>`, ...stores, '</target>'].join('\n'))
    expect(twice.said).toContain('direct-store /srv/a.img: its file is another LUN of the target already')
    expect(twice.tpgs).toMatchObject([{ luns: [{ index: 1 }] }])
    await bench.restart()
    const same = await imported(`<target ${WWN}>\nbacking-store /srv/a.img\nbacking-store /srv/b.img\nlun 7\n</target>`)
    expect(same.said).toContain('backing-store /srv/b.img: LUN 7 is another one already')
    expect(same.tpgs).toMatchObject([{ luns: [{ index: 7 }] }])
  })

  it('reads what it includes, once', async () => {
    mkdirSync(bench.path('more'), { recursive: true })
    conf(`<target ${WWN}b>\nbacking-store /srv/b.img\n</target>\ninclude ../targets.conf`, 'more/b.conf')
    const { targets } = await imported(
      `include more/*.conf\ninclude none/*.conf\n<target ${WWN}a>\nbacking-store /srv/a.img\n</target>`,
    )
    expect(targets).toMatchObject([{ wwn: `${WWN}a` }, { wwn: `${WWN}b` }])
  })

  it('includes what a pattern stands for, but for what is hidden, and all in a directory', async () => {
    for (const directory of ['d/one', 'd/two']) mkdirSync(bench.path(directory), { recursive: true })
    for (const [file, name] of [
      ['d/one/a.conf', 'a'],
      ['d/two/b.conf', 'b'],
      ['d/two/.h.conf', 'h'],
      ['d/two/c.txt', 'c'],
    ] as const)
      conf(`<target ${WWN}${name}>\nbacking-store /srv/${name}.img\n</target>`, file)
    expect((await imported('include d/*/[ab].{conf,txt}')).targets).toMatchObject([
      { wwn: `${WWN}a` },
      { wwn: `${WWN}b` },
    ])
    await bench.restart()
    expect((await imported('include d/two')).targets).toMatchObject([{ wwn: `${WWN}b` }, { wwn: `${WWN}c` }])
    expect((await imported('include d/[z-a]*')).err[0]).toMatch(/^d\/\[z-a\]\* is no pattern of files: /)
  })

  it('shows what it would do, and does nothing, where nobody agrees', async () => {
    const file = conf(`<target ${WWN}>\nbacking-store /srv/a.img\n</target>`)
    const { out, err, code } = await bench.run(['import', 'tgt', file])
    expect(out).toContain('  /backstores/fileio/a.img: /srv/a.img, IET VIRTUAL-DISK, serial number beaf11')
    expect({ err, code }).toEqual({ err: ['Nothing was imported.', 'Right is import tgt FILE --yes.'], code: 2 })
    expect(bench.model.configuration.targets).toBeUndefined()
    expect((await bench.run(['import', 'tgt', file], { agrees: true })).code).toBe(0)
  })

  it.each([
    [`<target ${WWN}>`, 1, '<target> has no end; right is </target> after it'],
    ['', 1, /has no target that lunkit could serve$/],
    ['<target a b>\nbacking-store /a\n</target>', 1, '"a b" is no iSCSI name'],
    ['include nosuch.conf', 1, /nosuch\.conf cannot be read: ENOENT/],
  ])('refuses %j', async (text, code, message) => {
    const said = await imported(text)
    expect(said.code).toBe(code)
    expect(said.err[0]).toMatch(message)
  })

  it('refuses a target that is there, and changes nothing', async () => {
    await bench.all(`/iscsi create ${WWN}`)
    const { err, code } = await imported(`<target ${WWN}>\nbacking-store /srv/a.img\n</target>`)
    expect({ code, first: err[0] }).toEqual({ code: 1, first: `target with wwn ${WWN} exist, not importing` })
  })

  it('has the targets listen where it is told', async () => {
    const text = `<target ${WWN}>\nbacking-store /srv/a.img\n</target>`
    expect((await imported(text, 'portal=[::1]:3261')).tpgs).toMatchObject([
      { portals: [{ ip_address: '::1', port: 3261 }] },
    ])
    expect((await imported(text, 'portal=here')).code).toBe(2)
  })
})
