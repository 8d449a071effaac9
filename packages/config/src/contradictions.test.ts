import { describe, expect, it } from 'vitest'
import { parseConfiguration } from './document.ts'
import { ConfigError } from './schema/problem.ts'

const IQN = 'iqn.2026-11.com.example:disk'
const HOST = 'iqn.1994-05.com.redhat:host1'
const disk = { name: 'disk0', plugin: 'fileio', dev: '/srv/disk.img', size: 1024 }
const lun = { index: 0, storage_object: '/backstores/fileio/disk0' }
const portal = { ip_address: '0.0.0.0', port: 3260 }

function contradictions(...tpgs: object[]): readonly string[] {
  return problems({ storage_objects: [disk], targets: [{ fabric: 'iscsi', wwn: IQN, tpgs }] })
}

function problems(document: object): readonly string[] {
  try {
    parseConfiguration(JSON.stringify(document))
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n')
    throw error
  }
  return []
}

describe('a configuration contradicts itself when', () => {
  it('a LUN names a storage object that is not there', () => {
    expect(contradictions({ luns: [{ ...lun, storage_object: '/backstores/fileio/nope' }] })).toEqual([
      'targets[0].tpgs[0].luns[0].storage_object: names /backstores/fileio/nope, which storage_objects does not have; ' +
        'right is one of fileio/disk0',
    ])
  })

  it('a LUN names its storage object in another form', () => {
    expect(contradictions({ luns: [{ ...lun, storage_object: 'fileio/disk0' }] })).toEqual([
      'targets[0].tpgs[0].luns[0].storage_object: is "fileio/disk0"; right is "/backstores/PLUGIN/NAME"',
    ])
  })

  it('a LUN is in an ALUA group that its storage object does not have', () => {
    expect(contradictions({ luns: [{ ...lun, alua_tg_pt_gp_name: 'siteb' }] })).toEqual([
      'targets[0].tpgs[0].luns[0].alua_tg_pt_gp_name: names the ALUA group "siteb", which fileio/disk0 does not have; ' +
        'right is one of default_tg_pt_gp',
    ])
  })

  it('a TPG has a LUN twice', () => {
    expect(contradictions({ luns: [lun, lun] })).toEqual([
      'targets[0].tpgs[0].luns[1].index: is LUN 0 again, as targets[0].tpgs[0].luns[0].index; ' +
        'right is one that nothing else has',
    ])
  })

  it('a TPG has more LUNs than an initiator can be told of', () => {
    const luns = Array.from({ length: 16_385 }, (_, index) => ({ ...lun, index }))
    expect(contradictions({ luns })).toEqual(['targets[0].tpgs[0].luns: has 16385 LUNs; right is at most 16384'])
  })

  it('a mapped LUN names a LUN that the TPG does not have', () => {
    const acl = { node_wwn: HOST, mapped_luns: [{ index: 0, tpg_lun: 7 }] }
    expect(contradictions({ luns: [lun], node_acls: [acl] })).toEqual([
      'targets[0].tpgs[0].node_acls[0].mapped_luns[0].tpg_lun: names LUN 7, which the TPG does not have; ' +
        'right is a LUN of the TPG: 0',
    ])
  })

  it('an ACL has a mapped LUN twice', () => {
    const mapped = { index: 3, tpg_lun: 0 }
    expect(
      contradictions({ luns: [lun], node_acls: [{ node_wwn: HOST, mapped_luns: [mapped, mapped] }] })[0],
    ).toContain('mapped_luns[1].index: is mapped LUN 3 again')
  })

  it('an initiator has two ACLs in a TPG, in whatever case its name is written', () => {
    const acls = [{ node_wwn: HOST }, { node_wwn: HOST.toUpperCase() }]
    expect(contradictions({ node_acls: acls })[0]).toContain(`node_acls[1].node_wwn: is the ACL of ${HOST} again`)
  })

  it('two TPGs of a target have one tag', () => {
    expect(contradictions({ tag: 1 }, { tag: 1 })[0]).toContain('tpgs[1].tag: is tag 1 again')
  })

  it('two TPGs of a target share a portal, however its address is written', () => {
    const ipv6 = (ip_address: string) => ({ portals: [{ ip_address, port: 3260 }] })
    expect(contradictions({ portals: [portal] }, { portals: [portal] })[0]).toContain(
      'targets[0].tpgs[1].portals[0]: is portal 0.0.0.0:3260 again, as targets[0].tpgs[0].portals[0]',
    )
    expect(contradictions(ipv6('[::0]'), ipv6('[0:0::0]'))[0]).toContain('is portal [::]:3260 again')
  })

  it('two storage objects of a plugin have one name, or two of any plugin one serial number', () => {
    const same = { ...disk, dev: '/srv/other.img' }
    expect(problems({ storage_objects: [disk, same] })[0]).toContain(
      'storage_objects[1].name: is storage object fileio/disk0 again',
    )
    const wwn = '8a03168b-c389-4413-81ae-bc4e4543953d'
    const twins = [
      { ...disk, wwn },
      { name: 'rd0', plugin: 'ramdisk', size: 4096, wwn: wwn.toUpperCase() },
    ]
    expect(problems({ storage_objects: twins })[0]).toContain(
      `storage_objects[1].wwn: is unit serial number ${wwn} again`,
    )
  })

  it('an ALUA group of a storage object has the name or the number of another', () => {
    const group = { name: 'siteb', tg_pt_gp_id: 16 }
    expect(problems({ storage_objects: [{ ...disk, alua_tpgs: [group, group] }] })).toHaveLength(2)
  })

  it('settings are of a storage object that is not there', () => {
    const settings = { storage_object: '/backstores/ramdisk/disk0', removable: true }
    expect(problems({ storage_objects: [disk], lunkit: { storage_objects: [settings] } })).toEqual([
      'lunkit.storage_objects[0].storage_object: names /backstores/ramdisk/disk0, which storage_objects does not have; ' +
        'right is one of fileio/disk0',
    ])
  })

  it('a storage object has settings twice', () => {
    const settings = { storage_object: '/backstores/fileio/disk0' }
    expect(problems({ storage_objects: [disk], lunkit: { storage_objects: [settings, settings] } })).toEqual([
      'lunkit.storage_objects[1].storage_object: is the settings of fileio/disk0 again, ' +
        'as lunkit.storage_objects[0].storage_object; right is one that nothing else has',
    ])
  })

  it.each([
    [4096, 512, 'right is a power of two from 4096 to 134217728'],
    [512, 33_554_432, 'right is a power of two from 512 to 16777216'],
  ])('the block_size is %i and the physical_block_size %i', (block_size, physical_block_size, right) => {
    const settings = { storage_object: '/backstores/fileio/disk0', physical_block_size }
    const object = { ...disk, attributes: { block_size } }
    expect(problems({ storage_objects: [object], lunkit: { storage_objects: [settings] } })).toEqual([
      `lunkit.storage_objects[0].physical_block_size: is ${physical_block_size}, ` +
        `but the block_size of fileio/disk0 is ${block_size}; ${right}`,
    ])
  })

  it('two targets of a fabric have one name', () => {
    const target = { fabric: 'iscsi', wwn: IQN }
    expect(problems({ targets: [target, { ...target, wwn: 'IQN.2026-11.com.example:disk' }] })[0]).toContain(
      'targets[1].wwn: is target iscsi iqn.2026-11.com.example:disk again, as targets[0].wwn',
    )
  })
})

describe('a configuration does not contradict itself when', () => {
  it('two targets share a portal: a login says which one it is for', () => {
    const target = (name: string) => ({ fabric: 'iscsi', wwn: `${IQN}-${name}`, tpgs: [{ portals: [portal] }] })
    expect(problems({ targets: [target('a'), target('b')] })).toEqual([])
  })

  it('a TPG without a tag follows one that has the lowest', () => {
    expect(contradictions({ tag: 1 }, {})).toEqual([])
  })

  it('plugins use one name each', () => {
    expect(problems({ storage_objects: [disk, { name: 'disk0', plugin: 'ramdisk', size: 4096 }] })).toEqual([])
  })
})
