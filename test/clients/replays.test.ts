import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { LoopDevice } from '../faults/loop-device.ts'
import { ManagedMachine } from './managed-machine.ts'

const iqn = 'iqn.2026-11.io.lunkit.test:replay'
const tpg = `/iscsi/${iqn}/tpg1`
const initiator = 'iqn.1994-05.com.redhat:client'
const uuid = /wwn: [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n/

/** A call of targetcli as a program makes it, how it has to end, and what the program looks for in what it prints. */
type Call = readonly [args: readonly string[], code: number, said?: RegExp | string]

/** The calls of programs, in their order; FILE is a file, DEVICE a device of 50 MiB. */
const programs: Readonly<Record<string, readonly Call[]>> = {
  'the provider for LIO of Proxmox VE': [
    [['/backstores/block', 'create', 'name=pool-vm-1', 'dev=DEVICE'], 0],
    [['/backstores/block/pool-vm-1', 'set', 'attribute', 'emulate_tpu=1'], 0],
    [['/iscsi', 'create', iqn], 0],
    [[`${tpg}/luns/`, 'create', '/backstores/block/pool-vm-1'], 0, /LUN (\d+)/],
    [['saveconfig'], 0],
    [[`${tpg}/luns/`, 'delete', 'lun0'], 0],
    [['/backstores/block', 'delete', 'pool-vm-1'], 0],
  ],
  'the modules of Ansible': [
    [['/backstores/fileio/disk0 status'], 1],
    [['/backstores/fileio create disk0 FILE'], 0],
    [['/backstores/fileio/disk0 status'], 0],
    [['/backstores/fileio/disk0 set attribute emulate_tpu=1 block_size=4096'], 0],
    [[`${tpg} status`], 1],
    [[`/iscsi create ${iqn}`], 0],
    [[`${tpg} status`], 0],
    [[`${tpg} set attribute generate_node_acls=0 authentication=0`], 0],
    [[`${tpg}/acls/${initiator} status`], 1],
    [[`${tpg}/acls create ${initiator}`], 0],
    [[`${tpg}/acls/${initiator} status`], 0],
    [[`${tpg}/luns create /backstores/fileio/disk0`], 0],
    // A line is cut at each blank: the third word is the LUN, the fifth its storage object; the line of the list itself is left out.
    [[`${tpg}/luns ls`], 0, /^o- luns \.+ \[LUNs: 1\]\n {2}o- lun0 \.+ \[fileio\/disk0 /],
    [[`${tpg}/portals create ip_address=127.0.0.3 ip_port=33260`], 0],
    [[`${tpg}/portals ls`], 0, /^ {2}o- 127\.0\.0\.3:33260 /m],
    [[`${tpg}/portals delete ip_address=127.0.0.3 ip_port=33260`], 0],
    [[`${tpg}/luns delete lun0`], 0],
    [[`${tpg}/acls delete ${initiator}`], 0],
    [[`${tpg}/acls/${initiator} status`], 1],
    [[`/iscsi delete ${iqn}`], 0],
    [[`${tpg} status`], 1],
    [['/backstores/fileio delete disk0'], 0],
    [['/backstores/fileio/disk0 status'], 1],
  ],
  'the tests of cockpit': [
    [['/backstores/fileio', 'create', 'name=N', 'size=50M', 'file_or_dev=FILE'], 0],
    [['/backstores/ramdisk', 'create', 'test', '50M'], 0],
    [['/iscsi', 'create', iqn], 0],
    [[`${tpg}/luns`, 'create', '/backstores/ramdisk/test'], 0],
    [[tpg, 'set', 'attribute', 'authentication=1'], 0],
    [[`${tpg}/acls`, 'create', initiator], 0],
    [[`${tpg}/acls/${initiator}`, 'set', 'auth', 'userid=admin', 'password=foobar'], 0],
    [['/iscsi', 'set', 'discovery_auth', 'enable=1', 'userid=admin', 'password=foobar'], 0],
    [['/iscsi', 'set', 'discovery_auth', 'enable=0'], 0],
    [[`${tpg}/acls`, 'delete', initiator], 0],
    [[`${tpg}/luns`, 'delete', '0'], 0],
    [['/iscsi', 'delete', iqn], 0],
    [['/backstores/ramdisk', 'delete', 'test'], 0],
    [['/backstores/fileio', 'delete', 'N'], 0],
    [['/loopback', 'create', 'naa.5001405abc123456'], 1, 'lunkit serves no loopback targets'],
  ],
  'the tests of blivet and libblockdev': [
    [['/backstores/fileio/ create disk0 FILE'], 0],
    [['/backstores/fileio/disk0 info'], 0, uuid],
    [['/backstores/fileio/disk0 set attribute optimal_sectors=2048'], 0],
    [['/backstores/fileio/disk0 set attribute block_size=4096'], 0],
    [[`/iscsi create ${iqn}`], 0, `Created target ${iqn}.`],
    [[`${tpg}/luns create /backstores/fileio/disk0`], 0],
    [[`${tpg}/acls create ${initiator}`], 0],
    [[`${tpg}/luns delete lun0`], 0],
    [['/backstores/fileio delete disk0'], 0],
    [['/loopback create'], 1, 'lunkit serves no loopback targets'],
  ],
  'avocado-vt': [
    [['clearconfig', 'confirm=true'], 0],
    [['ls', '/iscsi', '1'], 0],
    [['/backstores/fileio/', 'create', 'disk0', 'FILE'], 0, 'Created fileio'],
    [['/backstores/fileio/', 'create', 'disk0', 'FILE'], 1],
    [['/iscsi/', 'create', iqn], 0],
    [['/iscsi/', 'create', iqn], 1, /already exists in configFS/i],
    [['ls', '/iscsi', '1'], 0, /o-\s\S+\s[.]+\s\[TPGs:\s\d\]/],
    [[`${tpg}/luns/`, 'create', '/backstores/fileio/disk0'], 0, /Created LUN (\d+)\./],
    [['ls', `${tpg}/luns`], 0, /o-\slun\d+/],
    [[`${tpg}/portals`, 'ls'], 0, /o- portals \.+ \[Portals: 0\]/],
    [[`${tpg}/portals/`, 'create', '0.0.0.0'], 0, 'Created network portal 0.0.0.0:3260.'],
    [[`${tpg}/portals`, 'ls'], 0, /o- 0\.0\.0\.0:3260 \.+ \[OK\]/],
    [[`${tpg}/portals/`, 'delete', 'ip_address=0.0.0.0', 'ip_port=3260'], 0],
    [[tpg, 'set', 'attribute', 'authentication=0', 'demo_mode_write_protect=0', 'generate_node_acls=1'], 0],
    [[tpg, 'set', 'attribute', 'cache_dynamic_acls=1'], 0],
    [[tpg, 'set', 'auth', 'userid='], 0, "Parameter userid is now ''."],
    [['/backstores/fileio', 'ls'], 0, / disk0 /],
    [['ls', '/backstores/fileio'], 0, / disk0 /],
    [['/', 'saveconfig'], 0],
  ],
  'the server module of YaST': [
    [['set', 'global', 'auto_add_mapped_luns=false'], 0],
    [['set', 'global', 'auto_add_default_portal=false'], 0],
    [['/backstores/fileio', 'create', 'disk0', 'FILE'], 0],
    [['backstores/', 'ls'], 0, /o- disk0 \.+ \[/],
    [['/iscsi', 'create', iqn], 0],
    [[`iscsi/${iqn}/tpg1/luns`, 'create', '/backstores/fileio/disk0'], 0],
    [[`iscsi/${iqn}/tpg1/acls`, 'create', initiator], 0],
    [[`iscsi/${iqn}/tpg1/acls/${initiator}/`, 'create', 'mapped_lun=0', 'tpg_lun_or_backstore=0'], 0],
    [['ls'], 0, new RegExp(`${initiator} \\.+ \\[.*Mapped LUNs: 1\\]`)],
    [['ls'], 0, / mapped_lun0 \.+ \[lun0 fileio\/disk0 \(rw\)\]/],
    [['ls'], 0, new RegExp(` ${iqn} \\.+ \\[TPGs: 1\\]`)],
    [['ls'], 0, / tpg1 \.+ \[.*\]\n.* acls \.+ \[ACLs: 1\]/],
    [['ls'], 0, /- lun0 \.+ \[fileio\/disk0 \(\/.*\) /],
    [[`iscsi/${iqn}/tpg1/portals`, 'create', '127.0.0.3', '33261'], 0],
    [['ls'], 0, / 127\.0\.0\.3:33261 \.+ \[OK\]/],
    [[`iscsi/${iqn}/tpg1/`, 'get', 'attribute', 'authentication'], 0, /^authentication=0 \n$/],
    [[`iscsi/${iqn}/tpg1/acls/${initiator}/`, 'get', 'auth', 'userid'], 0, /^userid=/],
    [
      ['iscsi/', 'get', 'discovery_auth', 'enable', 'userid', 'password', 'mutual_userid', 'mutual_password'],
      0,
      /^enable=.*\nuserid=.*\npassword=.*\nmutual_userid=.*\nmutual_password=.*\n$/,
    ],
    [[`iscsi/${iqn}/tpg1/luns/`, 'delete', 'lun=0'], 0],
    [['saveconfig'], 0],
    [['set', 'global', 'auto_add_mapped_luns=true'], 0],
  ],
  'the library of Red Hat’s storage tests': [
    [['/backstores/fileio/', 'create', 'name=disk0', 'size=50M', 'file_or_dev=FILE'], 0],
    [['/iscsi/', 'create', `wwn=${iqn}`], 0],
    [[`/iscsi/${iqn}/`, 'create', 'tag=2'], 0, 'Created TPG 2.'],
    [[`/iscsi/${iqn}/tpg2`, 'disable'], 0],
    [[tpg, 'enable'], 0],
    [[tpg, 'get', 'attribute'], 0, /^ATTRIBUTE CONFIG GROUP\n=+\n(.*=.* *\n)+/],
    [[tpg, 'set', 'auth', 'userid='], 0],
    [[tpg, 'set', 'auth', 'mutual_password='], 0],
    [['/iscsi/', 'set', 'discovery_auth', 'enable=1'], 0],
    [['/iscsi/', 'set', 'discovery_auth', 'enable=0'], 0],
    [[`${tpg}/luns/`, 'create', '/backstores/fileio/disk0'], 0],
    [[`${tpg}/luns/`, 'delete', '0'], 0],
    [['/iscsi/', 'delete', `wwn=${iqn}`], 0, `Deleted Target ${iqn}.`],
  ],
  'puppet-lio-iscsi': [
    [['backstores/fileio/disk0'], 1],
    [
      ['backstores/fileio', 'create', 'name=disk0', 'file_or_dev=FILE', 'sparse=true', 'write_back=false', 'size=50M'],
      0,
    ],
    [['backstores/fileio/disk0'], 0],
    [[`iscsi/${iqn}`], 1],
    [['iscsi', 'create', iqn], 1],
    [['iscsi/', 'create', iqn], 0],
    [[`iscsi/${iqn}/tpg1`], 0],
    [['backstores/ramdisk', 'create', 'name=test', 'nullio=true', 'size=50M'], 0],
    [[`iscsi/${iqn}/tpg1/luns`, 'create', '/backstores/ramdisk/test'], 0],
    [[`iscsi/${iqn}/tpg1/luns`, 'ls'], 0, 'ramdisk/test'],
    [[`iscsi/${iqn}/tpg1/portals`, 'create', '127.0.0.3', '33262'], 0],
    [['backstores/block', 'create', 'name=b', 'dev=DEVICE', 'readonly=false'], 0],
    [['backstores/block/b'], 0],
    [[`iscsi/${iqn}/tpg1/luns`, 'create', '/backstores/block/b'], 0],
  ],
  'an administrator who makes a LUN of a file': [
    [[`/iscsi create ${iqn}`], 0],
    [[`${tpg}/luns create FILE`], 0, /^Created storage object \S+-disk\.img\.\nCreated LUN 0\.\n$/],
    [[`${tpg}/luns create FILE`], 1, 'storage object or path not valid'],
    [['/iscsi create'], 0, /^Created target (iqn\.\S+)\.\n/],
  ],
}

describe('targetcli is called as it is by', () => {
  let machine: ManagedMachine
  let device: LoopDevice

  beforeAll(async () => {
    machine = await ManagedMachine.start('replays', { ownNetwork: true })
    await writeFile(machine.scratch.path('disk.img'), Buffer.alloc(50 * 2 ** 20))
    device = await LoopDevice.make(machine.scratch, 'medium', { sizeBytes: 50 * 2 ** 20 })
    await machine.targetcli('set global auto_add_default_portal=false')
  })

  afterEach(async () => {
    await machine.targetcli('clearconfig confirm=True')
  })

  afterAll(async () => {
    try {
      await machine?.stop()
    } finally {
      device?.[Symbol.dispose]()
    }
  })

  it.each(Object.entries(programs))('%s', async (_, calls) => {
    for (const [args, code, said = ''] of calls) {
      const file = machine.scratch.path('disk.img')
      const given = args.map(arg => arg.replace('FILE', file).replace('DEVICE', device.path))
      const outcome = await machine.targetcli(...given)
      const heard = outcome.stdout + outcome.stderr
      expect({
        args,
        code: outcome.code,
        heard,
        isThere: heard.search(said) >= 0 || heard.includes(String(said)),
      }).toEqual({
        args,
        code,
        heard,
        isThere: true,
      })
    }
  })

  it('the provider of Proxmox, which finds the LUNs of a portal group in the file that is saved', async () => {
    for (const line of [`/backstores/block create pool-vm-1 ${device.path}`, `/iscsi create ${iqn}`])
      await machine.targetcli(line)
    await machine.targetcli(`${tpg}/luns/`, 'create', '/backstores/block/pool-vm-1')
    await machine.targetcli('saveconfig')
    const saved = JSON.parse(await readFile(machine.scratch.path('saveconfig.json'), 'utf8')) as { targets: object[] }
    expect(saved.targets).toMatchObject([
      {
        fabric: 'iscsi',
        wwn: iqn,
        tpgs: [{ tag: 1, luns: [{ index: 0, storage_object: '/backstores/block/pool-vm-1' }] }],
      },
    ])
  })
})
