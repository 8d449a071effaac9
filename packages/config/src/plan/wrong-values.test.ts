import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../document.ts'
import { planServing } from './plan.ts'
import type { GroupPlan, ServingPlan, StoragePlan } from './serving-plan.ts'

const IQN = 'iqn.2026-11.com.example:disk'
const HOST = 'iqn.1994-05.com.redhat:host1'
const rd = { name: 'rd', plugin: 'ramdisk', size: 1_048_576 }
const file = { name: 'f', plugin: 'fileio', dev: '/srv/disk.img', size: 1_048_576 }
const open = { authentication: 0, generate_node_acls: 1, demo_mode_write_protect: 0 }
const portals = [{ ip_address: '0.0.0.0', port: 3260 }]

interface Parts {
  /** LUN 1 is this, beside the good LUN 0. */
  readonly object?: object
  readonly tpg?: object
  /** Beside the good TPG. */
  readonly tpgs?: unknown
  readonly rest?: object
}

/** A plan of one good LUN of a good TPG, and of what is wrong beside it. */
function planOf({ object, tpg = {}, tpgs = [], rest = {} }: Parts): ServingPlan {
  const storage_objects = [rd, ...(object === undefined ? [] : [object])]
  const luns = [
    { index: 0, storage_object: '/backstores/ramdisk/rd' },
    ...(object === undefined ? [] : [{ index: 1, storage_object: '/backstores/fileio/f' }]),
  ]
  const good = { tag: 1, attributes: open, luns, portals, ...tpg }
  const targets = [{ fabric: 'iscsi', wwn: IQN, tpgs: [good, ...(tpgs as object[])] }]
  return planServing(parseConfiguration(JSON.stringify({ storage_objects, targets, ...rest })))
}

const texts = ({ notices }: ServingPlan, kind: string) => notices.filter(each => each.kind === kind)

function group(plan: ServingPlan): GroupPlan {
  const [first] = plan.targets.flatMap(({ groups }) => groups)
  if (first === undefined) throw new Error('no group is served')
  return first
}

const lunsOf = (plan: ServingPlan) => group(plan).luns.map(({ lun }) => lun)

/** LUN 1, where the file gives it these keys. */
const disk = (plan: ServingPlan): StoragePlan | undefined => plan.storage.find(({ key }) => key === 'fileio/f')

describe('what is not served is kept, whatever is in it:', () => {
  const nonsense = { attributes: { block_size: 'huge', queue_depth: null }, alua_tpgs: [{ tg_pt_gp_id: 'x' }], wwn: [] }

  it.each([
    ['block', { name: 'b', plugin: 'block', dev: 5, readonly: 'maybe', ...nonsense }],
    ['pscsi', { name: 'p', plugin: 'pscsi', ...nonsense, attributes: 7 }],
    ['user:zfs', { name: 'u', plugin: 'user', config: null, ...nonsense }],
    ['a plugin of another world', { name: 'w', plugin: 'qcow9', ...nonsense }],
  ])('storage objects of %s', (_what, object) => {
    const plan = planServing(parseConfiguration(JSON.stringify({ storage_objects: [object] })))
    expect(plan.notices).toEqual([
      {
        kind: 'kept',
        text: `${object.plugin} storage objects are not built yet; their LUNs are not served`,
        paths: ['storage_objects[0]'],
      },
    ])
  })

  it('storage objects that no LUN uses', () => {
    const unused = { name: 'idle', plugin: 'fileio', dev: 'relative', size: -5, ...nonsense }
    const plan = planServing(parseConfiguration(JSON.stringify({ storage_objects: [unused] })))
    expect(plan.notices.map(({ kind }) => kind)).toEqual(['unused'])
  })

  it.each([false, 0, null])('a TPG that is disabled by %j', enable => {
    const tpgs = [{ enable, tag: 2, luns: 'many', portals: [{}], node_acls: 5, attributes: [], parameters: 'x' }]
    const plan = planOf({ tpgs })
    expect(plan.targets.map(({ groups }) => groups.length)).toEqual([1])
    expect(texts(plan, 'wrong')).toEqual([])
    expect(texts(plan, 'unused').map(({ text }) => text)).toEqual(['the TPG is disabled; nothing of it is served'])
  })

  it('targets and settings of other fabrics', () => {
    const fabric_modules = [{ name: 'qla2xxx', discovery_enable_auth: 'x', userid: 5 }]
    const targets = [{ fabric: 'vhost', wwn: 5, tpgs: 'none' }]
    const plan = planServing(parseConfiguration(JSON.stringify({ fabric_modules, targets })))
    expect(plan.notices.map(({ kind }) => kind)).toEqual(['kept', 'kept'])
    expect(plan.discoveryRefused).toBeUndefined()
  })

  it('keys that are not known, anywhere', () => {
    const tpg = { colour: 1, node_acls: [{ node_wwn: HOST, x: [], mapped_luns: [{ index: 0, tpg_lun: 0, y: {} }] }] }
    const plan = planOf({
      object: { ...file, exclusive: true, attributes: { atomic_max_len: '?' } },
      tpg,
      rest: { z: 1 },
    })
    expect(lunsOf(plan)).toEqual([0, 1])
    expect(
      texts(plan, 'unknown')
        .flatMap(({ paths }) => paths)
        .toSorted(),
    ).toEqual([
      'storage_objects[1].attributes.atomic_max_len',
      'storage_objects[1].exclusive',
      'targets[0].tpgs[0].colour',
      'targets[0].tpgs[0].node_acls[0].mapped_luns[0].y',
      'targets[0].tpgs[0].node_acls[0].x',
      'z',
    ])
  })
})

describe('what is wrong with one object decides over that object alone:', () => {
  it.each<[string, object, string]>([
    [
      'a path is relative',
      { dev: 'disk.img' },
      'dev is "disk.img"; right is a path that starts with "/"; the storage object is not served',
    ],
    [
      'a path is missing',
      { dev: null },
      'dev is missing; right is a path that starts with "/"; the storage object is not served',
    ],
    [
      'a block size is none',
      { attributes: { block_size: 520 } },
      'block_size is 520; right is 512 or 1024 or 2048 or 4096; the LUN is not served',
    ],
    [
      'a protection type is none',
      { attributes: { pi_prot_type: 2 } },
      'pi_prot_type is 2; right is 0 or 1 or 3; the LUN is not served',
    ],
    [
      'attributes are a list',
      { attributes: [] },
      'attributes is an empty list; right is an object that holds attributes; the storage object is not served',
    ],
  ])('a disk of which %s', (_what, keys, text) => {
    const plan = planOf({ object: { ...file, ...keys } })
    expect(lunsOf(plan)).toEqual([0])
    expect(texts(plan, 'wrong').map(notice => notice.text)).toEqual([text])
    expect(group(plan).unserved).toMatchObject([{ lun: 1 }])
  })

  it.each([
    ['a host name', { ip_address: 'storage1', port: 3260 }],
    ['a port that is none', { ip_address: '10.0.0.5', port: 70_000 }],
    ['no port', { ip_address: '10.0.0.5' }],
    ['a text', 'portal'],
  ])('a portal that is %s', (_what, portal) => {
    const plan = planOf({ tpg: { portals: [portal, ...portals] } })
    expect(group(plan).portals).toEqual([{ host: '0.0.0.0', port: 3260 }])
    expect(texts(plan, 'wrong').map(({ text }) => text)).toEqual([expect.stringContaining('the portal is not opened')])
  })

  it.each([-1, 1.5, 'first', 70_000, []])('a LUN of the number %j', index => {
    const luns = [
      { index, storage_object: '/backstores/ramdisk/rd' },
      { index: 5, storage_object: '/backstores/ramdisk/rd' },
    ]
    const plan = planOf({ tpg: { luns } })
    expect(lunsOf(plan)).toEqual([5])
    expect([plan.lunsInFile, texts(plan, 'wrong').length]).toEqual([2, 1])
  })

  it.each([{ tag: -1 }, { tag: 'x' }, { enable: 'no' }, { enable: [] }, { attributes: 5 }])('a TPG with %j', keys => {
    const plan = planOf({ tpgs: [{ tag: 2, attributes: open, portals: [{ ...portals[0], port: 1 }], ...keys }] })
    expect(plan.targets.flatMap(({ groups }) => groups.map(({ tag }) => tag))).toEqual([1])
    expect(texts(plan, 'wrong').map(({ text }) => text)).toEqual([
      expect.stringMatching(/the TPG is not served|it counts as/),
    ])
  })

  it('a TPG that is none at all, and a target', () => {
    const plan = planOf({ tpgs: [7] })
    expect([lunsOf(plan), texts(plan, 'wrong').length]).toEqual([[0], 1])
    const targets = [
      7,
      { fabric: 'iscsi', wwn: 'iqn.2026-11.com.example:my_disk' },
      { wwn: IQN },
      { fabric: 'iscsi', wwn: IQN },
    ]
    const other = planServing(parseConfiguration(JSON.stringify({ targets })))
    expect(other.targets.map(({ name }) => name)).toEqual([IQN])
    expect(texts(other, 'wrong').flatMap(({ paths }) => paths)).toEqual([
      'targets[0]',
      'targets[1].wwn',
      'targets[2].fabric',
    ])
  })
})

describe('what LIO would refuse counts as it does in LIO:', () => {
  it.each<[object, object]>([
    [{ queue_depth: 0 }, { queueDepth: 128 }],
    [{ emulate_tpu: 2 }, { unmap: false }],
    [{ emulate_caw: [] }, { compareAndWrite: true }],
    [{ emulate_rest_reord: 1, hw_max_sectors: 'lots', alua_support: 7, emulate_dpo: -1 }, { queueDepth: 128 }],
    [{ max_unmap_lba_count: 4_294_967_296 }, { unmapMaxBlocks: undefined }],
  ])('%j', (attributes, unit) => {
    const plan = planOf({ object: { ...file, attributes } })
    expect(disk(plan)?.unit).toMatchObject(unit)
    expect(texts(plan, 'wrong')).toHaveLength(Object.keys(attributes).length)
  })

  it.each<[string, unknown, string]>([
    ['MaxBurstLength', '511', '262144'],
    ['HeaderDigest', 'SHA,None', 'CRC32C,None'],
    ['InitialR2T', 'yes', 'Yes'],
    ['DefaultTime2Wait', [], '2'],
    ['MaxOutstandingR2T', -1, '1'],
  ])('%s=%j', (name, value, inForce) => {
    const plan = planOf({ tpg: { parameters: { [name]: value } } })
    expect(group(plan).parameters).toMatchObject({ [name]: inForce })
    expect(texts(plan, 'wrong')).toHaveLength(1)
  })

  it.each<[object, object]>([
    [{ login_timeout: 99 }, { loginTimeoutMs: 15_000 }],
    [{ default_cmdsn_depth: 0 }, { commandDepth: 64 }],
    [{ netif_timeout: 'x', cache_dynamic_acls: 4 }, {}],
  ])('%j', (attributes, expected) => {
    const plan = planOf({ tpg: { attributes: { ...open, ...attributes } } })
    expect(group(plan)).toMatchObject(expected)
    expect(texts(plan, 'wrong')).toHaveLength(Object.keys(attributes).length)
  })
})

describe('what LIO itself can have written is taken:', () => {
  it.each<[object, object]>([
    [{ unmap_granularity: 4_294_967_295 }, { unmapGranularityBlocks: 4_294_967_295 }],
    [{ unmap_granularity_alignment: 4_294_967_295 }, { unmapAlignmentBlocks: 4_294_967_295 }],
    [{ max_write_same_len: 65_535 }, { writeSameMaxBlocks: 65_535 }],
    [{ max_write_same_len: 4_294_967_295 }, { writeSameMaxBlocks: 4_294_967_295 }],
    [{ optimal_sectors: 1023 }, { optimalTransferBytes: 523_776 }],
    [{ optimal_sectors: 0 }, { optimalTransferBytes: undefined }],
    [{ hw_block_size: 4096, hw_max_sectors: 0, hw_queue_depth: 0, hw_pi_prot_type: 3 }, { blockBytes: 512 }],
    [{ emulate_ua_intlck_ctrl: 2, submit_type: 2, pgr_support: 0, alua_support: 0 }, { blockBytes: 512 }],
    [
      { emulate_tpu: true, emulate_caw: 'off', emulate_tas: 'No', is_nonrot: 'y' },
      { unmap: true, compareAndWrite: false, taskAbortedStatus: false, rotational: false },
    ],
  ])('%j', (attributes, unit) => {
    const plan = planOf({ object: { ...file, attributes } })
    expect(disk(plan)?.unit).toMatchObject(unit)
    expect(texts(plan, 'wrong')).toEqual([])
  })

  it('empty credentials and the word NULL, which mean none', () => {
    const none = { chap_userid: '', chap_password: 'NULL', chap_mutual_userid: null }
    const fabric_modules = [{ name: 'iscsi', discovery_userid: 'NULL', discovery_password: '' }]
    const plan = planOf({ tpg: { ...none, node_acls: [{ node_wwn: HOST, ...none }] }, rest: { fabric_modules } })
    expect(plan.discoveryRefused).toBeUndefined()
    expect(plan.notices).toEqual([])
  })

  it('ALUA groups with whatever they hold, where their state is that of no restriction', () => {
    const alua_tpgs = [
      {
        name: 'default_tg_pt_gp',
        tg_pt_gp_id: '0',
        alua_access_type: 'Implicit and Explicit',
        alua_access_state: 0,
        members: 7,
      },
      'x',
    ]
    const plan = planOf({ object: { ...file, alua_tpgs } })
    expect([lunsOf(plan), texts(plan, 'wrong')]).toEqual([[0, 1], []])
  })
})

describe('whatever restricts access fails closed:', () => {
  it.each<[string, object]>([
    ['authentication', { authentication: 7 }],
    ['authentication as a word', { authentication: false }],
    ['authentication as a list', { authentication: [] }],
  ])('%s that is wrong demands CHAP', (_what, attributes) => {
    const plan = planOf({ tpg: { attributes: { ...open, ...attributes }, node_acls: [{ node_wwn: HOST }] } })
    expect(group(plan).demoMode?.refused).toContain('CHAP is demanded')
    expect(group(plan).acls[0]?.refused).toContain('CHAP is demanded')
  })

  it.each(['CHAP,None,Kerberos', 'none', [], 5, {}])('AuthMethod=%j demands CHAP', AuthMethod => {
    const plan = planOf({ tpg: { parameters: { AuthMethod } } })
    expect(group(plan).demoMode?.refused).toContain('CHAP is demanded')
  })

  it('parameters that cannot be read may have demanded CHAP', () => {
    expect(group(planOf({ tpg: { parameters: 'None' } })).demoMode?.refused).toContain('CHAP is demanded')
  })

  it('generate_node_acls that is wrong lets nobody in who has no ACL', () => {
    for (const generate_node_acls of [true, 2, 'yes', []])
      expect(group(planOf({ tpg: { attributes: { ...open, generate_node_acls } } })).demoMode).toBeUndefined()
  })

  it('a protection against writing that is wrong protects', () => {
    const mapped_luns = [{ index: 0, tpg_lun: 0, write_protect: 'off' }]
    const node_acls = [{ node_wwn: HOST, mapped_luns }]
    const demo = planOf({ tpg: { attributes: { ...open, demo_mode_write_protect: 'x' }, node_acls } })
    expect(group(demo).demoMode?.luns[0]?.writeProtected).toBe(true)
    expect(group(demo).acls[0]?.luns[0]?.writeProtected).toBe(true)
    const writable = [{ node_wwn: HOST, mapped_luns: [{ index: 0, tpg_lun: 0 }] }]
    const production = planOf({ tpg: { attributes: { ...open, prod_mode_write_protect: -1 }, node_acls: writable } })
    expect(group(production).acls[0]?.luns[0]?.writeProtected).toBe(true)
  })

  it('a disk whose readonly is wrong is not served; one whose write_back is keeps nothing back', () => {
    expect(lunsOf(planOf({ object: { ...file, readonly: 'off' } }))).toEqual([0])
    expect(disk(planOf({ object: { ...file, write_back: 'off' } }))?.writeBack).toBe(false)
    const wrong = { write_back: true, attributes: { emulate_write_cache: 3 } }
    expect(disk(planOf({ object: { ...file, ...wrong } }))?.writeBack).toBe(false)
  })

  it.each([{ fabric_prot_type: 2 }, { t10_pi: 'yes' }])('the LUNs of a TPG with %j are not served', attributes => {
    const plan = planOf({ tpg: { attributes: { ...open, ...attributes } } })
    expect([lunsOf(plan), group(plan).unserved.length]).toEqual([[], 1])
  })

  it('an ACL of which the name is no iSCSI name still decides for its initiator', () => {
    const node_acls = [{ node_wwn: 'iqn.2026-11.com.example:my_host', attributes: { authentication: 1 } }]
    expect(group(planOf({ tpg: { node_acls } })).acls).toMatchObject([
      { initiator: 'iqn.2026-11.com.example:my_host', refused: expect.stringContaining('CHAP') },
    ])
  })

  it.each([[[{}]], [[{ node_wwn: [] }]], [[7]], ['hosts'], [{}]])(
    'ACLs that cannot be read (%j) may keep anybody out',
    node_acls => {
      const plan = planOf({ tpg: { node_acls } })
      expect(group(plan).demoMode).toBeUndefined()
      expect(texts(plan, 'wrong')).toHaveLength(1)
    },
  )

  it('an ACL whose attributes cannot be read lets nobody in', () => {
    const acl = (attributes: unknown) => [{ node_wwn: HOST, attributes }]
    expect(group(planOf({ tpg: { node_acls: acl('x') } })).acls[0]?.refused).toContain('cannot be read')
    expect(group(planOf({ tpg: { node_acls: acl({ authentication: 9 }) } })).acls[0]?.refused).toContain('CHAP')
  })

  it.each([
    [[{ name: 'iscsi', discovery_enable_auth: 'off' }]],
    [[{ name: 'iscsi', discovery_enable_auth: [] }]],
    [[{ name: 'iscsi', userid: {} }]],
    [[{ discovery_enable_auth: true }]],
    [
      [
        { name: 'iscsi', discovery_enable_auth: true },
        { name: 'iscsi', discovery_enable_auth: false },
      ],
    ],
    [[7]],
    ['iscsi'],
  ])('discovery is refused by %j', fabric_modules => {
    expect(planOf({ rest: { fabric_modules } }).discoveryRefused).toBeDefined()
  })

  it.each([7, 'x', null, 'Standby'])('a LUN in an ALUA group of the state %j', alua_access_state => {
    const alua_tpgs = [{ name: 'default_tg_pt_gp', alua_access_state }]
    expect(lunsOf(planOf({ object: { ...file, alua_tpgs } }))).toEqual(alua_access_state === null ? [0, 1] : [0])
  })

  it('and no secret is shown', () => {
    const secrets = { chap_password: ['hunter2'], password: 123_456_789 }
    const fabric_modules = [{ name: 'iscsi', discovery_password: { x: 987_654_321 } }]
    const plan = planOf({ tpg: { ...secrets, node_acls: [{ node_wwn: HOST, ...secrets }] }, rest: { fabric_modules } })
    expect(JSON.stringify(plan)).not.toMatch(/hunter2|123456789|987654321/)
    expect(texts(plan, 'wrong').length).toBeGreaterThan(0)
  })
})

describe('numbers, flags and texts are read as rtslib reads them:', () => {
  it('numbers as texts, and with a fraction of nothing', () => {
    const tpg = {
      tag: '7',
      luns: [{ index: '3', storage_object: '/backstores/ramdisk/rd' }],
      portals: [{ ip_address: '127.0.0.1', port: '3261' }],
      node_acls: [{ node_wwn: HOST, mapped_luns: [{ index: '4', tpg_lun: '3' }] }],
    }
    const plan = planOf({ tpg })
    expect(group(plan)).toMatchObject({
      tag: 7,
      luns: [{ lun: 3 }],
      portals: [{ host: '127.0.0.1', port: 3261 }],
      acls: [{ luns: [{ lun: 4 }] }],
    })
    expect(plan.notices).toEqual([])
    const text =
      '{"storage_objects": [{"plugin": "ramdisk", "name": 5, "size": 1048576.0}], "targets": [{"fabric": "iscsi", "wwn": "iqn.2026-11.com.example:disk", "tpgs": [{"luns": [{"index": 1e0, "storage_object": "/backstores/ramdisk/5"}]}]}]}'
    const other = planServing(parseConfiguration(text))
    expect(other.storage).toMatchObject([{ key: 'ramdisk/5', sizeBytes: 1_048_576 }])
    expect(lunsOf(other)).toEqual([1])
  })

  it.each<[unknown, boolean]>([
    [1, true],
    [2, true],
    ['1', true],
    ['Yes', true],
    [true, true],
    [0, false],
    [false, false],
    [null, false],
  ])('a flag of %j', (value, expected) => {
    const mapped_luns = [{ index: 0, tpg_lun: 0, write_protect: value }]
    const plan = planOf({
      object: { ...file, write_back: value },
      tpg: { node_acls: [{ node_wwn: HOST, mapped_luns }] },
    })
    expect(disk(plan)?.writeBack).toBe(expected)
    expect(group(plan).acls[0]?.luns[0]?.writeProtected).toBe(expected)
  })

  it.each([1, true, '1', 'true', 5])('a TPG that is enabled by %j', enable => {
    expect(lunsOf(planOf({ tpg: { enable } }))).toEqual([0])
  })

  it.each<[unknown, number | undefined, number]>([
    [0, undefined, 0],
    ['0', undefined, 0],
    ['1048576', 1_048_576, 0],
    ['1G', undefined, 1],
    [-1, undefined, 1],
    [null, undefined, 0],
  ])('the size of a file, %j', (size, sizeBytes, wrong) => {
    const plan = planOf({ object: { ...file, size } })
    expect(disk(plan)).toMatchObject({ sizeBytes })
    expect(texts(plan, 'wrong')).toHaveLength(wrong)
  })
})

describe('memory that holds no block', () => {
  it.each([
    [2048, 4096],
    [511, 512],
    [1, 512],
  ])('is not served, and why: %i bytes with blocks of %i', (size, block_size) => {
    const storage_objects = [{ ...rd, size, attributes: { block_size } }]
    const luns = [{ index: 0, storage_object: '/backstores/ramdisk/rd' }]
    const targets = [{ fabric: 'iscsi', wwn: IQN, tpgs: [{ attributes: open, luns, portals }] }]
    const plan = planServing(parseConfiguration(JSON.stringify({ storage_objects, targets })))
    expect(plan.storage).toEqual([])
    expect(group(plan).unserved).toMatchObject([
      { lun: 0, why: `size is ${size}, which holds no block of ${block_size} bytes` },
    ])
  })
})
