import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../document.ts'
import { planServing } from './plan.ts'
import type { GroupPlan, ServingPlan } from './serving-plan.ts'

const IQN = 'iqn.2026-11.com.example:disk'
const HOST = 'iqn.1994-05.com.redhat:host1'
const disk = { name: 'disk0', plugin: 'fileio', dev: '/srv/disk.img', size: 1024 }
const lun = { index: 0, storage_object: '/backstores/fileio/disk0' }
const portal = { ip_address: '0.0.0.0', port: 3260 }
const attributes = { authentication: 0, generate_node_acls: 1 }

const planOf = (document: object): ServingPlan => planServing(parseConfiguration(JSON.stringify(document)))

function planWith(...tpgs: object[]): ServingPlan {
  const all = tpgs.map(tpg => ({ attributes, ...tpg }))
  return planOf({ storage_objects: [disk], targets: [{ fabric: 'iscsi', wwn: IQN, tpgs: all }] })
}

const groupsOf = (plan: ServingPlan): readonly GroupPlan[] => plan.targets.flatMap(({ groups }) => groups)

/** What cannot be meant, each with its places. */
function wrong({ notices }: ServingPlan): readonly string[] {
  return notices.filter(({ kind }) => kind === 'wrong').map(({ paths, text }) => `${paths.join(' ')}: ${text}`)
}

const again = 'right is one that nothing else has'

describe('where a configuration contradicts itself, the rest is served:', () => {
  it.each([
    ['names a storage object that is not there', { storage_object: '/backstores/fileio/nope' }],
    ['names its storage object in another form', { storage_object: 'fileio/disk0' }],
    ['names no storage object', { storage_object: null }],
    ['is in an ALUA group that its storage object does not have', { alua_tg_pt_gp_name: 'siteb' }],
    ['has the number of another', { index: 0 }],
  ])('a LUN that %s is not, and is named', (_what, keys) => {
    const plan = planWith({ luns: [lun, { ...lun, index: 1, ...keys }, { ...lun, index: 2 }], portals: [portal] })
    expect(groupsOf(plan)[0]?.luns.map(served => served.lun)).toEqual([0, 2])
    expect(wrong(plan)).toEqual([
      expect.stringMatching(/^targets\[0\]\.tpgs\[0\]\.luns\[1\]\..*; the LUN is not served$/),
    ])
  })

  it('names the storage objects that there are', () => {
    const plan = planWith({ luns: [{ ...lun, storage_object: '/backstores/fileio/nope' }] })
    expect(wrong(plan)).toEqual([
      'targets[0].tpgs[0].luns[0].storage_object: storage_object names /backstores/fileio/nope, ' +
        'which storage_objects does not have; right is one of fileio/disk0; the LUN is not served',
    ])
    expect(groupsOf(plan)[0]?.unserved).toEqual([
      {
        lun: 0,
        storage: 'fileio/nope',
        path: 'targets[0].tpgs[0].luns[0]',
        why: 'storage_object names /backstores/fileio/nope, which storage_objects does not have',
      },
    ])
  })

  it('a TPG with more LUNs than an initiator can be told of serves the first', () => {
    const luns = Array.from({ length: 16_385 }, (_, index) => ({ ...lun, index }))
    const plan = planWith({ luns })
    expect(groupsOf(plan)[0]?.luns).toHaveLength(16_384)
    expect(wrong(plan)).toEqual([
      'targets[0].tpgs[0].luns: luns has 16385 LUNs; right is at most 16384; only the first 16384 are served',
    ])
  })

  it('a mapped LUN that names a LUN that the TPG does not have', () => {
    const mapped_luns = [
      { index: 0, tpg_lun: 7 },
      { index: 1, tpg_lun: 0 },
    ]
    const plan = planWith({ luns: [lun], node_acls: [{ node_wwn: HOST, mapped_luns }] })
    expect(groupsOf(plan)[0]?.acls[0]?.luns.map(seen => seen.lun)).toEqual([1])
    expect(wrong(plan)).toEqual([
      'targets[0].tpgs[0].node_acls[0].mapped_luns[0].tpg_lun: tpg_lun names LUN 7, which the TPG does not have; ' +
        'right is a LUN of the TPG: 0; the mapped LUN is not served',
    ])
  })

  it('of two mapped LUNs of one number the first is served, read-only when either says so', () => {
    const mapped_luns = [
      { index: 3, tpg_lun: 0 },
      { index: 3, tpg_lun: 0, write_protect: true },
    ]
    const plan = planWith({ luns: [lun], node_acls: [{ node_wwn: HOST, mapped_luns }] })
    expect(groupsOf(plan)[0]?.acls[0]?.luns).toEqual([{ lun: 3, storage: 'fileio/disk0', writeProtected: true }])
    expect(wrong(plan)[0]).toContain(`mapped_luns[1].index: index is mapped LUN 3 again`)
  })

  it.each([
    ['case', HOST, HOST.toUpperCase()],
    ['letters', `${HOST}-b\u00fcro`, `${HOST}-bu\u0308ro`],
  ])('an initiator that has two ACLs, told apart by %s alone, is let in by neither', (_what, one, other) => {
    const acls = [
      { node_wwn: one, mapped_luns: [{ index: 0, tpg_lun: 0 }] },
      { node_wwn: other },
      { node_wwn: 'iqn.a-b.c' },
    ]
    const plan = planWith({ luns: [lun], node_acls: acls })
    expect(groupsOf(plan)[0]?.acls.map(({ refused, luns }) => [refused, luns])).toEqual([
      ['it has two ACLs', []],
      [undefined, []],
    ])
    expect(wrong(plan)[0]).toContain(`node_acls[1].node_wwn: node_wwn is the ACL of ${one} again`)
  })

  it('two TPGs of a target with one tag are not served', () => {
    const plan = planWith({ tag: 1 }, { tag: '1' }, { tag: 2 })
    expect(groupsOf(plan).map(({ tag }) => tag)).toEqual([2])
    expect(wrong(plan)).toEqual([
      'targets[0].tpgs[0].tag targets[0].tpgs[1].tag: tag is tag 1 again; ' +
        'right is one that no other TPG of the target has; the TPG is not served',
    ])
  })

  it('a portal of another TPG of the target is not opened, however its address is written', () => {
    const ipv6 = (ip_address: string) => ({ portals: [{ ip_address, port: 3260 }] })
    const plan = planWith({ portals: [portal] }, { portals: [portal] })
    expect(groupsOf(plan).map(({ portals }) => portals.length)).toEqual([1, 0])
    expect(wrong(plan)).toEqual([
      `targets[0].tpgs[1].portals[0]: one of portals is portal 0.0.0.0:3260 again, as targets[0].tpgs[0].portals[0]; ${again}; ` +
        'the portal is not opened',
    ])
    expect(wrong(planWith(ipv6('[::0]'), ipv6('[0:0::0]')))[0]).toContain('is portal [::]:3260 again')
    expect(wrong(planWith(ipv6('[::ffff:10.0.0.5]'), ipv6('10.0.0.5')))[0]).toContain('is portal 10.0.0.5:3260 again')
  })

  it('of two storage objects of one name LUNs use the first', () => {
    const targets = [{ fabric: 'iscsi', wwn: IQN, tpgs: [{ attributes, luns: [lun] }] }]
    const plan = planOf({ storage_objects: [disk, { ...disk, dev: '/srv/other.img' }], targets })
    expect(plan.storage).toMatchObject([{ key: 'fileio/disk0', file: '/srv/disk.img' }])
    expect(wrong(plan)).toEqual([
      `storage_objects[1].name: name is that of storage_objects[0] again, fileio/disk0; ${again}; LUNs use the first`,
    ])
  })

  it('a storage object with the serial number of another is not served, unless that one is not', () => {
    const wwn = '8a03168b-c389-4413-81ae-bc4e4543953d'
    const rd = { name: 'rd0', plugin: 'ramdisk', size: 4096, wwn: wwn.toUpperCase() }
    const luns = [lun, { index: 1, storage_object: '/backstores/ramdisk/rd0' }]
    const served = (first: object) => {
      const targets = [{ fabric: 'iscsi', wwn: IQN, tpgs: [{ attributes, luns }] }]
      return planOf({ storage_objects: [first, rd], targets })
    }
    const both = served({ ...disk, wwn })
    expect(both.storage.map(({ key }) => key)).toEqual(['fileio/disk0'])
    expect(both.notices.find(({ kind }) => kind === 'refused')).toEqual({
      kind: 'refused',
      text: `the unit serial number ${wwn.toUpperCase()} is that of storage_objects[0] already; initiators would take both for one disk`,
      paths: ['storage_objects[1].wwn'],
    })
    const other = served({ name: 'disk0', plugin: 'block', dev: '/dev/sda', wwn })
    expect(other.storage.map(({ key }) => key)).toEqual(['ramdisk/rd0'])
  })

  it.each(['A1-x', 'a10', '-A-1-', 'zz a1', `a1${'0'.repeat(23)}ff`])(
    'a storage object is not served whose serial number %j makes the NAA designator of another, whose is a1',
    wwn => {
      const rd = { name: 'rd0', plugin: 'ramdisk', size: 4096, wwn }
      const luns = [lun, { index: 1, storage_object: '/backstores/ramdisk/rd0' }]
      const targets = [{ fabric: 'iscsi', wwn: IQN, tpgs: [{ attributes, luns }] }]
      const plan = planOf({ storage_objects: [{ ...disk, wwn: 'a1' }, rd], targets })
      expect(plan.storage.map(({ key }) => key)).toEqual(['fileio/disk0'])
      expect(plan.notices.filter(({ kind }) => kind === 'refused')).toEqual([
        {
          kind: 'refused',
          text:
            `the unit serial number ${wwn} makes the same NAA designator as that of storage_objects[0], a1; initiators would ` +
            'take both for one disk; right is one whose first 25 hex digits nothing else has, such as a UUID',
          paths: ['storage_objects[1].wwn'],
        },
      ])
    },
  )

  it('ALUA groups of a storage object that share a name or a number are nobody’s affair but their LUNs’', () => {
    const group = { name: 'siteb', tg_pt_gp_id: 16 }
    const lunOfGroup = { ...lun, alua_tg_pt_gp_name: 'siteb' }
    const served = (groups: readonly object[]) => {
      const targets = [{ fabric: 'iscsi', wwn: IQN, tpgs: [{ attributes, luns: [lunOfGroup] }] }]
      return planOf({ storage_objects: [{ ...disk, alua_tpgs: groups }], targets }).storage.length
    }
    expect(served([group, group])).toBe(1)
    expect(groupsOf(planWith({ luns: [lun] }))[0]?.luns).toHaveLength(1)
  })

  it('settings of a storage object that is not there are of no use', () => {
    const settings = { storage_object: '/backstores/ramdisk/disk0', removable: true }
    expect(planOf({ storage_objects: [disk], lunkit: { storage_objects: [settings] } }).notices).toContainEqual({
      kind: 'unused',
      text: 'settings of /backstores/ramdisk/disk0, which storage_objects does not have',
      paths: ['lunkit.storage_objects[0].storage_object'],
    })
  })

  it('of two settings of a storage object the first holds', () => {
    const settings = { storage_object: '/backstores/fileio/disk0' }
    expect(wrong(planOf({ storage_objects: [disk], lunkit: { storage_objects: [settings, settings] } }))).toEqual([
      'lunkit.storage_objects[1].storage_object: storage_object is fileio/disk0 again, ' +
        `as lunkit.storage_objects[0].storage_object; ${again}; the first holds`,
    ])
  })

  it.each([
    [4096, 512, 'right is a power of two from 4096 to 134217728'],
    [512, 33_554_432, 'right is a power of two from 512 to 16777216'],
  ])(
    'a disk with a block_size of %i is without a physical_block_size of %i',
    (block_size, physical_block_size, right) => {
      const settings = { storage_object: '/backstores/fileio/disk0', physical_block_size }
      const targets = [{ fabric: 'iscsi', wwn: IQN, tpgs: [{ attributes, luns: [lun] }] }]
      const storage_objects = [{ ...disk, attributes: { block_size } }]
      const plan = planOf({ storage_objects, targets, lunkit: { storage_objects: [settings] } })
      expect(plan.storage[0]?.unit.attributes).toMatchObject({
        blockSizeBytes: block_size,
        physicalBlockBytes: block_size,
      })
      expect(wrong(plan)).toEqual([
        `lunkit.storage_objects[0].physical_block_size: physical_block_size is ${physical_block_size}, ` +
          `but the block_size of fileio/disk0 is ${block_size}; ${right}; it is ignored`,
      ])
    },
  )

  it('two targets of one name are not served', () => {
    const target = { fabric: 'iscsi', wwn: IQN }
    const twins = [target, { ...target, wwn: 'IQN.2026-11.com.example:disk' }, { ...target, wwn: `${IQN}2` }]
    const plan = planOf({ targets: twins })
    expect(plan.targets.map(({ name }) => name)).toEqual([`${IQN}2`])
    expect(wrong(plan)[0]).toBe(
      `targets[0].wwn: wwn is target ${IQN} again, as targets[1].wwn; ${again}; none of them is served`,
    )
  })
})

describe('a configuration does not contradict itself when', () => {
  it('two targets share a portal: a login says which one it is for', () => {
    const target = (name: string) => ({ fabric: 'iscsi', wwn: `${IQN}-${name}`, tpgs: [{ portals: [portal] }] })
    const plan = planOf({ targets: [target('a'), target('b')] })
    expect(wrong(plan)).toEqual([])
    expect(groupsOf(plan).map(({ portals }) => portals.length)).toEqual([1, 1])
  })

  it('a TPG without a tag follows one that has the lowest', () => {
    expect(groupsOf(planWith({ tag: 1 }, {})).map(({ tag }) => tag)).toEqual([1, 2])
  })

  it('plugins use one name each', () => {
    expect(wrong(planOf({ storage_objects: [disk, { name: 'disk0', plugin: 'ramdisk', size: 4096 }] }))).toEqual([])
  })

  it('targets of another fabric have one name', () => {
    const target = { fabric: 'vhost', wwn: 'naa.5001405d14f2e64a' }
    expect(wrong(planOf({ targets: [target, target] }))).toEqual([])
  })
})
