import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../document.ts'
import type { JsonObject } from '../json/value.ts'
import type { Configuration } from '../saveconfig.ts'
import { asJson } from '../saveconfig.ts'
import { countingSources } from '../testing/edit-calls.ts'
import { EditError } from './edit-error.ts'
import type { EditCall } from './edits.ts'
import { applyEdit } from './edits.ts'
import { readValues } from './values.ts'

const target = 'iqn.2026-11.com.example:disks'
const tpg = { target, tag: 1 }
const initiator = 'iqn.1994-05.com.redhat:host1'
const acl = { ...tpg, initiator }

function after(start: Configuration, ...calls: readonly EditCall[]): Configuration {
  const sources = countingSources()
  return calls.reduce((configuration, call) => applyEdit(configuration, call, sources).configuration, start)
}

const EMPTY = parseConfiguration('{}')
const createLun = (storage_object: string, lun?: number): EditCall => ({
  name: 'createLun',
  given: { ...tpg, storage_object, ...(lun !== undefined && { lun }) },
})
/** Two disks, one of them LUN 0 of a target and mapped to one initiator. */
const TREE = after(
  EMPTY,
  { name: 'createFileio', given: { name: 'disk0', file_or_dev: '/srv/disk0.img', size: 1_048_576, wwn: 'aa01' } },
  { name: 'createRamdisk', given: { name: 'rd0', size: 4096 } },
  { name: 'createTarget', given: { wwn: target } },
  createLun('fileio/disk0'),
  { name: 'createAcl', given: { ...tpg, wwn: initiator } },
)

/** What is wrong with an edit of the tree, in one line. */
function refusal(...calls: readonly EditCall[]): string {
  try {
    after(TREE, ...calls)
  } catch (error) {
    if (error instanceof EditError) return `${error.fault}: ${error.message}`
    throw error
  }
  return 'done'
}

const document = (configuration: Configuration) => asJson(configuration) as JsonObject
const firstOf = (holder: JsonObject, key: string) => (holder[key] as readonly JsonObject[])[0] as JsonObject
const tpgOf = (configuration: Configuration) => firstOf(firstOf(document(configuration), 'targets'), 'tpgs')
const aclOf = (configuration: Configuration) => firstOf(tpgOf(configuration), 'node_acls')

describe('an edit', () => {
  it('says what it has made, by the paths of the tree', () => {
    const { made } = applyEdit(TREE, createLun('/backstores/ramdisk/rd0'))
    expect(made).toEqual([`/iscsi/${target}/tpg1/luns/lun1`, `/iscsi/${target}/tpg1/acls/${initiator}/mapped_lun1`])
    const { made: names } = applyEdit(EMPTY, { name: 'createTarget', given: {} }, countingSources())
    expect(names).toEqual([
      '/iscsi/iqn.2003-01.org.linux-iscsi.host.x8664:sn.010000010000',
      '/iscsi/iqn.2003-01.org.linux-iscsi.host.x8664:sn.010000010000/tpg1',
      '/iscsi/iqn.2003-01.org.linux-iscsi.host.x8664:sn.010000010000/tpg1/portals/0.0.0.0:3260',
    ])
  })

  it('leaves what it does not touch as the same objects, and what it does not know as it was', () => {
    const start = parseConfiguration(
      '{"other": 12345678901234567890, "storage_objects": [{"strange": 1.0}], "targets": []}',
    )
    const edited = after(start, { name: 'createTarget', given: { wwn: target } })
    expect(edited.other).toBe(start.other)
    expect(edited.storage_objects).toBe(start.storage_objects)
    expect(start.targets).toEqual([])
  })

  it('leaves the targets as they are where an ALUA group goes that no LUN is in', () => {
    const at = { storage_object: 'ramdisk/a', name: 'siteb' }
    const disk: EditCall = { name: 'createRamdisk', given: { name: 'a', size: 512 } }
    const group: EditCall = { name: 'createAluaGroup', given: { ...at, tag: 16 } }
    const none = after(EMPTY, disk, group)
    expect(after(none, { name: 'deleteAluaGroup', given: at })).not.toHaveProperty('targets')
    const start = after(none, { name: 'createTarget', given: { wwn: target } })
    expect(after(start, { name: 'deleteAluaGroup', given: at }).targets).toBe(start.targets)
  })

  it('says of an ALUA group that it was altered where its state was set, and not where another value was', () => {
    const given = { storage_object: 'ramdisk/a', name: 'siteb' }
    const disk: EditCall = { name: 'createRamdisk', given: { name: 'a', size: 512 } }
    const start = after(EMPTY, disk, { name: 'createAluaGroup', given: { ...given, tag: 16 } })
    const statusWith = (values: Readonly<Record<string, number>>) =>
      readValues(after(start, { name: 'setAluaGroup', given: { ...given, values } }), { name: 'aluaGroup', given })[
        'alua_access_status'
      ]
    expect([statusWith({ alua_access_type: 1 }), statusWith({ alua_access_state: 0 })]).toEqual([0, 2])
  })

  it('makes no two ALUA groups of one tag at one storage object', () => {
    const group = (storage_object: string, name: string, tag: number): EditCall => ({
      name: 'createAluaGroup',
      given: { storage_object, name, tag },
    })
    const path = '/backstores/ramdisk/rd0/alua/siteb'
    const made = group('ramdisk/rd0', 'sitea', 16)
    expect(refusal(made, group('ramdisk/rd0', 'siteb', 16))).toBe(
      `exists: ${path} cannot have tag 16, which another has; right is another tag`,
    )
    expect(refusal(made, group('ramdisk/rd0', 'siteb', 17), group('fileio/disk0', 'siteb', 16))).toBe('done')
  })

  it('knows of a disk that commands are passed through to its attributes, and no others', () => {
    const disk: EditCall = { name: 'createPscsi', given: { name: 'p', dev: '/dev/sg0' } }
    const set = (attributes: Readonly<Record<string, number>>): EditCall => ({
      name: 'setStorageAttributes',
      given: { storage_object: 'pscsi/p', attributes },
    })
    expect(refusal(disk, set({ emulate_pr: 0 }))).toBe('done')
    expect(refusal(disk, set({ block_size: 512 }))).toBe(
      'invalid: /backstores/pscsi/p has no block_size; right is one of alua_support, emulate_pr, hw_block_size, hw_max_sectors, hw_pi_prot_type, hw_queue_depth, pgr_support, submit_type',
    )
  })

  it('gives TPGs without a tag those that they are served by, before another one goes', () => {
    const start = parseConfiguration(
      JSON.stringify({ targets: [{ fabric: 'iscsi', wwn: target, tpgs: [{}, { tag: 7 }, {}] }] }),
    )
    const edited = after(start, { name: 'deleteTpg', given: { target, tag: 7 } })
    const tpgs = firstOf(document(edited), 'targets')['tpgs'] as readonly JsonObject[]
    expect(tpgs.map(({ tag }) => tag)).toEqual([1, 2])
  })

  it('gives a storage object a random serial number, and none that another has', () => {
    const bytes = [1, 1, 2].map(each => Uint8Array.from({ length: 16 }, () => each))
    const sources = { ...countingSources(), randomBytes: () => bytes.shift() as Uint8Array }
    const call = (name: string): EditCall => ({ name: 'createRamdisk', given: { name, size: 512 } })
    const one = applyEdit(EMPTY, call('a'), sources).configuration
    const two = applyEdit(one, call('b'), sources).configuration
    expect((two.storage_objects as readonly JsonObject[]).map(({ wwn }) => wwn)).toEqual([
      '01010101-0101-4101-8101-010101010101',
      '02020202-0202-4202-8202-020202020202',
    ])
  })

  it('makes the portal that every address leads to for the first TPG of a target alone', () => {
    const tpgs = (firstOf(document(after(TREE, { name: 'createTpg', given: { target } })), 'targets').tpgs ??
      []) as readonly JsonObject[]
    expect(tpgs.map(({ tag, portals }) => [tag, (portals as readonly unknown[]).length])).toEqual([
      [1, 1],
      [2, 0],
    ])
  })

  it('maps a new LUN to each ACL by its number, or by the lowest that is free there', () => {
    const mapped = { name: 'createMappedLun', given: { ...acl, mapped_lun: 1, tpg_lun_or_backstore: 'lun0' } } as const
    const edited = after(TREE, mapped, createLun('ramdisk/rd0', 1))
    expect(aclOf(edited).mapped_luns).toMatchObject([
      { index: 0, tpg_lun: 0 },
      { index: 1, tpg_lun: 0 },
      { index: 2, tpg_lun: 1, write_protect: false },
    ])
  })

  it('makes a LUN of a storage object that is mapped and is none yet', () => {
    const given = { ...acl, mapped_lun: 7, tpg_lun_or_backstore: '/backstores/ramdisk/rd0', write_protect: true }
    const edited = after(TREE, { name: 'createMappedLun', given })
    expect(tpgOf(edited).luns).toMatchObject([{ index: 0 }, { index: 1, storage_object: '/backstores/ramdisk/rd0' }])
    expect(aclOf(edited).mapped_luns).toMatchObject([{ index: 0 }, { index: 7, tpg_lun: 1, write_protect: true }])
  })

  it('takes the LUNs of a storage object and what is mapped of them with it, and its settings', () => {
    const settings = [{ storage_object: '/backstores/fileio/disk0', removable: true }]
    const start = parseConfiguration(
      JSON.stringify({ ...document(TREE), lunkit: { poll_us: 5, storage_objects: settings } }),
    )
    const edited = after(start, { name: 'deleteStorageObject', given: { storage_object: 'fileio/disk0' } })
    expect([tpgOf(edited).luns, aclOf(edited).mapped_luns, edited.lunkit]).toEqual([[], [], { poll_us: 5 }])
  })

  it('takes None off the methods of authentication where that is demanded, and puts it there where it is not', () => {
    const set = (authentication: number): EditCall => ({
      name: 'setTpgAttributes',
      given: { ...tpg, attributes: { authentication } },
    })
    const start = after(TREE, { name: 'setTpgParameters', given: { ...tpg, parameters: { AuthMethod: 'CHAP,None' } } })
    expect((tpgOf(after(start, set(1))).parameters as JsonObject).AuthMethod).toBe('CHAP')
    expect((tpgOf(after(start, set(1), set(0))).parameters as JsonObject).AuthMethod).toBe('CHAP,None')
  })

  it('sets what all ACLs of a tag share for each of them', () => {
    const other = 'iqn.1994-05.com.redhat:host2'
    const edited = after(
      TREE,
      { name: 'tagAcl', given: { ...acl, new_tag: 'farm' } },
      { name: 'createAcl', given: { ...tpg, wwn: other, add_mapped_luns: false } },
      { name: 'tagAcl', given: { ...tpg, initiator: other, new_tag: 'farm' } },
      { name: 'setAclAuth', given: { ...tpg, initiator: 'farm', userid: 'u' } },
    )
    const acls = tpgOf(edited).node_acls as readonly JsonObject[]
    expect(
      acls.map(({ chap_userid, mapped_luns }) => [chap_userid, (mapped_luns as readonly unknown[]).length]),
    ).toEqual([
      ['u', 1],
      ['u', 1],
    ])
  })

  it('keeps credentials for discovery that are not asked for yet, and nothing where there are none', () => {
    const set = (given: object): EditCall => ({ name: 'setDiscoveryAuth', given })
    const wait = after(EMPTY, set({ userid: 'u' }))
    expect(wait.fabric_modules).toEqual([{ discovery_enable_auth: false, discovery_userid: 'u', name: 'iscsi' }])
    expect(after(wait, set({ userid: '' })).fabric_modules).toEqual([])
  })

  it('finds a target by any form of its name', () => {
    const edited = after(TREE, { name: 'disableTpg', given: { target: target.toUpperCase(), tag: 1 } })
    expect(tpgOf(edited).enable).toBe(false)
  })
})

const at = `/iscsi/${target}/tpg1`
const storage = (attributes: Record<string, number | string>, storage_object = 'fileio/disk0'): EditCall => ({
  name: 'setStorageAttributes',
  given: { storage_object, attributes },
})
const portal = (ip_address: string, ip_port = 3260): EditCall => ({
  name: 'createPortal',
  given: { ...tpg, ip_address, ip_port },
})

describe('an edit is refused, with its place and what would be right, that', () => {
  it.each<[string, EditCall, string]>([
    [
      'makes a storage object again',
      { name: 'createRamdisk', given: { name: 'rd0', size: 512 } },
      'exists: /backstores/ramdisk/rd0 exists; right is another name',
    ],
    [
      'makes a storage object again, whatever else is wrong with it',
      { name: 'createFileio', given: { name: 'disk0', file_or_dev: '/srv/disk0.img', size: 1 } },
      'exists: /backstores/fileio/disk0 exists; right is another name',
    ],
    [
      'makes a disk of the file of another',
      { name: 'createFileio', given: { name: 'x', file_or_dev: '/srv/disk0.img' } },
      'exists: /backstores/fileio/x cannot have the file /srv/disk0.img, which is that of fileio/disk0; two disks on one file destroy each other; right is another file',
    ],
    [
      'gives a serial number that initiators could not tell from another',
      { name: 'createRamdisk', given: { name: 'x', size: 512, wwn: 'AA-01' } },
      'exists: /backstores/ramdisk/x cannot have the serial number AA-01, by which initiators would take it for fileio/disk0; right is one whose first 25 hex digits nothing else has, such as a UUID',
    ],
    [
      'makes a disk that holds no block',
      { name: 'createRamdisk', given: { name: 'x', size: 511 } },
      'invalid: /backstores/ramdisk/x cannot have 511 bytes; right is 512 bytes or more: a block',
    ],
    [
      'names a target wrong',
      { name: 'createTarget', given: { wwn: 'not-an-iqn' } },
      'invalid: /iscsi cannot have "not-an-iqn"; right is an iSCSI name without spaces and underscores: "iqn.2026-11.com.example:disk", "naa." and 16 hex digits (the first of them 1, 2, 5 or c to f) or 32 (the first of them 6), or "eui." and 16 hex digits',
    ],
    [
      'is about a target that is not there',
      { name: 'deleteTarget', given: { wwn: 'iqn.2026-11.com.example:no' } },
      'notFound: /iscsi/iqn.2026-11.com.example:no is not there; right is a target that is',
    ],
    [
      'makes a storage object a LUN of a TPG twice',
      createLun('fileio/disk0', 3),
      `exists: ${at}/luns/lun3 cannot be fileio/disk0, which is ${at}/luns/lun0 already; right is a storage object that the TPG does not have`,
    ],
    [
      'gives a LUN a number that is taken',
      createLun('ramdisk/rd0', 0),
      `exists: ${at}/luns/lun0 exists; right is another number, such as 1`,
    ],
    [
      'gives a LUN a number that initiators take for another',
      createLun('ramdisk/rd0', 16_384),
      `invalid: ${at}/luns/lun16384 cannot be LUN 16384; right is a number from 0 to 16383`,
    ],
    [
      'makes a LUN of nothing',
      createLun('/backstores/fileio/nope'),
      'notFound: /backstores/fileio/nope is not there; right is a storage object that is',
    ],
    [
      'makes a portal in two TPGs of a target',
      { name: 'createPortal', given: { target, tag: 2 } },
      `exists: /iscsi/${target}/tpg2/portals/0.0.0.0:3260 is ${at}/portals/0.0.0.0:3260 already; TPGs within a target cannot share ip:port; right is another address or port`,
    ],
    [
      'makes a portal beside one that is every address',
      portal('10.0.0.1'),
      `exists: ${at}/portals/10.0.0.1:3260 overlaps ${at}/portals/0.0.0.0:3260; right is another port, or one of the two`,
    ],
    [
      'makes a portal of a host name',
      portal('localhost'),
      `invalid: ${at}/portals cannot have "localhost"; right is a numeric address: "10.0.0.5", "0.0.0.0" for every IPv4 one, "[2001:db8::5]", "[::0]" for every one, "[fe80::1%eth0]"`,
    ],
    [
      'sets an attribute that there is not',
      { name: 'setTpgAttributes', given: { ...tpg, attributes: { bogus: 1 } } },
      `invalid: ${at} has no bogus; right is one of authentication, cache_dynamic_acls, default_cmdsn_depth, default_erl, demo_mode_discovery, demo_mode_write_protect, fabric_prot_type, generate_node_acls, login_keys_workaround, login_timeout, netif_timeout, prod_mode_write_protect, t10_pi, tpg_enabled_sendtargets`,
    ],
    [
      'sets a value out of range',
      { name: 'setTpgAttributes', given: { ...tpg, attributes: { login_timeout: 99 } } },
      `invalid: ${at} cannot have login_timeout=99; right is a whole number from 5 to 30`,
    ],
    [
      'sets what is locked while it is exported',
      storage({ block_size: 4096 }),
      `inUse: /backstores/fileio/disk0 cannot have block_size=4096 while it is ${at}/luns/lun0; right is to delete that LUN first`,
    ],
    [
      'sets what the backend says',
      storage({ hw_block_size: 512 }),
      'readOnly: /backstores/fileio/disk0 cannot change hw_block_size; right is what its backend has',
    ],
    [
      'makes a disk smaller than its block',
      { name: 'resizeStorageObject', given: { storage_object: 'fileio/disk0', size: 100 } },
      'invalid: /backstores/fileio/disk0 cannot have 100 bytes; right is 512 bytes or more: a block',
    ],
    [
      'sets a parameter that no login takes',
      { name: 'setTpgParameters', given: { ...tpg, parameters: { ImmediateData: 'maybe' } } },
      `invalid: ${at} cannot have ImmediateData=maybe; right is "Yes" or "No"`,
    ],
    [
      'makes an ACL again',
      { name: 'createAcl', given: { ...tpg, wwn: initiator } },
      `exists: ${at}/acls/${initiator} exists; right is another initiator`,
    ],
    [
      'maps a LUN that the TPG does not have',
      { name: 'createMappedLun', given: { ...acl, mapped_lun: 1, tpg_lun_or_backstore: 'lun9' } },
      `notFound: ${at}/luns/lun9 is not there; right is one of lun0`,
    ],
    [
      'deletes the ALUA group that every storage object has',
      { name: 'deleteAluaGroup', given: { storage_object: 'fileio/disk0', name: 'default_tg_pt_gp' } },
      'readOnly: /backstores/fileio/disk0/alua/default_tg_pt_gp cannot be deleted; right is another group',
    ],
  ])('%s', (_what, call, expected) => {
    const tpg2: EditCall = { name: 'createTpg', given: { target, tag: 2 } }
    expect(refusal(tpg2, call)).toBe(expected)
  })

  it('would show a secret, which it does not', () => {
    const password = 'secret'.repeat(50)
    const message = refusal({ name: 'setAclAuth', given: { ...acl, password } })
    expect(message).toBe(
      `invalid: ${at}/acls/${initiator} cannot have this password; right is a text of at most 255 bytes without line feeds; an empty one takes it away`,
    )
  })

  it('and may be done when what was in its way has gone', () => {
    const gone: EditCall = { name: 'deleteLun', given: { ...tpg, lun: 0 } }
    expect(refusal(gone, storage({ block_size: 4096 }), createLun('fileio/disk0'))).toBe('done')
    const closed: EditCall = { name: 'deletePortal', given: { ...tpg, ip_address: '0.0.0.0' } }
    expect(refusal(closed, portal('10.0.0.1'), portal('10.0.0.2'))).toBe('done')
  })
})
