import { describe, expect, it } from 'vitest'
import { configurationOf, lineOf, TARGET, TPG, withTpg } from '../testing/trees.ts'
import { treeNode } from './tree.ts'

const HOST = 'iqn.1994-05.com.redhat:one'
const storage = (object: object, targets: readonly object[] = []) =>
  configurationOf({ storage_objects: [{ name: 'a', ...object }], targets })

describe('the line of a storage object', () => {
  it.each([
    [{ plugin: 'fileio', dev: '/f', size: 512 }, '/f (512 bytes) write-thru deactivated'],
    [{ plugin: 'fileio', dev: '/f', size: 0, write_back: true }, '/f (unknown size) write-back deactivated'],
    [{ plugin: 'fileio', dev: '/f' }, '/f (unknown size) write-thru deactivated'],
    [
      { plugin: 'fileio', dev: '/f', size: 512, write_back: true, attributes: { emulate_write_cache: 0 } },
      '/f (512 bytes) write-thru deactivated',
    ],
    [{ plugin: 'ramdisk', size: 1_073_741_824 }, '(1.0GiB) deactivated'],
    [{ plugin: 'ramdisk', size: 4096, nullio: true }, 'nullio (4.0KiB) deactivated'],
    [{ plugin: 'block', dev: '/dev/x', readonly: true }, '/dev/x (unknown size) ro write-thru deactivated'],
    [{ plugin: 'pscsi', dev: '/dev/sg0' }, '/dev/sg0 deactivated'],
  ])('%j is %s', (object, summary) => {
    expect(lineOf(storage(object), `/backstores/${object.plugin}/a`)).toEqual({ summary, healthy: true })
  })

  it('of a program that serves disks stands under the name of the program', () => {
    const disk = { plugin: 'user', config: 'glfs/vol@host/f', size: 1_048_576 }
    const lun = { index: 0, storage_object: '/backstores/user/a' }
    const configuration = storage(disk, [{ fabric: 'iscsi', wwn: TARGET, tpgs: [{ tag: 1, luns: [lun] }] }])
    expect(treeNode(configuration, '/backstores').children).toContain('user:glfs')
    expect(lineOf(configuration, '/backstores/user:glfs/a').summary).toBe('vol@host/f (1.0MiB) activated')
    expect(lineOf(configuration, `${TPG}/luns/lun0`).summary).toBe('user/a (default_tg_pt_gp)')
    expect(lineOf(storage({ plugin: 'user', size: 512 }), '/backstores/user:/a').summary).toBe(
      '(no config) (512 bytes) deactivated',
    )
  })

  it('says activated where any TPG of any fabric has it, an old name of its plugin too', () => {
    const tpg = { tag: 1, enable: false, luns: [{ index: 0, storage_object: '/backstores/rd_mcp/a' }] }
    const configuration = storage({ plugin: 'ramdisk', size: 512 }, [{ fabric: 'vhost', wwn: 'naa.5001', tpgs: [tpg] }])
    expect(lineOf(configuration, '/backstores/ramdisk/a').summary).toBe('(512 bytes) activated')
  })
})

describe('an ALUA group', () => {
  const path = '/backstores/fileio/a/alua'

  it('is there whether the file says so or not', () => {
    expect(treeNode(storage({ plugin: 'fileio' }), path)).toMatchObject({
      summary: 'ALUA Groups: 1',
      children: ['default_tg_pt_gp'],
    })
    expect(lineOf(storage({ plugin: 'fileio' }), `${path}/default_tg_pt_gp`)).toEqual({
      summary: 'ALUA state: Active/optimized',
      healthy: true,
    })
  })

  it.each([
    [2, 'Standby', true],
    [14, 'Offline', true],
    ['odd', 'unreadable', false],
  ])('in state %s says %s', (alua_access_state, word, healthy) => {
    const object = { plugin: 'fileio', alua_tpgs: [{ name: 'b', alua_access_state }] }
    expect(lineOf(storage(object), `${path}/b`)).toEqual({ summary: `ALUA state: ${word}`, healthy })
  })
})

const CHAP = { chap_userid: 'u', chap_password: 'p' }
const MUTUAL = { chap_mutual_userid: 'm', chap_mutual_password: 'n' }

describe('the line of a TPG', () => {
  it.each([
    [{ enable: false }, 'disabled', false],
    [{}, 'no-gen-acls, auth per-acl', undefined],
    [{ attributes: { authentication: 0 } }, 'no-gen-acls, no-auth', undefined],
    [{ attributes: { authentication: 0, generate_node_acls: 1 } }, 'gen-acls, no-auth', true],
    [{ attributes: { generate_node_acls: 1 } }, 'gen-acls, tpg-auth, 1-way auth', false],
    [{ attributes: { generate_node_acls: 1 }, ...CHAP }, 'gen-acls, tpg-auth, 1-way auth', true],
    [{ attributes: { generate_node_acls: 1 }, ...CHAP, ...MUTUAL }, 'gen-acls, tpg-auth, mutual auth', true],
  ])('%j is %s', (tpg, summary, healthy) => {
    expect(lineOf(withTpg(tpg), TPG)).toEqual({ summary, healthy })
  })
})

describe('the line of an ACL', () => {
  it.each([
    [{ authentication: 0 }, {}, 'Mapped LUNs: 0', undefined],
    [{}, {}, '1-way auth, Mapped LUNs: 0', false],
    [{}, CHAP, '1-way auth, Mapped LUNs: 0', true],
    [{}, { ...CHAP, ...MUTUAL }, 'mutual auth, Mapped LUNs: 0', true],
    [{ generate_node_acls: 1 }, {}, 'auth via tpg, Mapped LUNs: 0', undefined],
  ])('where the TPG has %j and it has %j is %s', (attributes, acl, summary, healthy) => {
    const configuration = withTpg({ attributes, node_acls: [{ node_wwn: HOST, ...acl }] })
    expect(lineOf(configuration, `${TPG}/acls/${HOST}`)).toEqual({ summary, healthy })
  })

  it('says how many initiators have its tag', () => {
    const node_acls = ['a', 'b'].map(each => ({ node_wwn: `${HOST}${each}`, tag: 'farm' }))
    const configuration = withTpg({ attributes: { authentication: 0 }, node_acls })
    expect(treeNode(configuration, `${TPG}/acls`)).toMatchObject({ summary: 'ACLs: 1', children: ['farm'] })
    expect(lineOf(configuration, `${TPG}/acls/farm`).summary).toBe('(group of 2), Mapped LUNs: 0')
    expect(lineOf(configuration, `${TPG}/acls/${HOST}b`).summary).toBe('(group of 2), Mapped LUNs: 0')
  })
})

describe('a link that leads nowhere', () => {
  const mapped_luns = [
    { index: 0, tpg_lun: 0 },
    { index: 1, tpg_lun: 7 },
    { index: 2, tpg_lun: 1, write_protect: 'what' },
  ]
  const luns = [
    { index: 0, storage_object: '/backstores/ramdisk/none' },
    { index: 1, storage_object: '/backstores/ramdisk/a' },
  ]
  const disk = { plugin: 'ramdisk', name: 'a', size: 512 }
  const configuration = withTpg({ luns, node_acls: [{ node_wwn: HOST, mapped_luns }] }, { storage_objects: [disk] })

  it('is said to be broken', () => {
    expect(lineOf(configuration, `${TPG}/luns/lun0`)).toEqual({ summary: 'BROKEN STORAGE LINK', healthy: false })
    const line = (name: string) => lineOf(configuration, `${TPG}/acls/${HOST}/${name}`)
    expect(line('mapped_lun0')).toEqual({ summary: 'BROKEN STORAGE LINK', healthy: false })
    expect(line('mapped_lun1')).toEqual({ summary: 'BROKEN LUN LINK', healthy: false })
    expect(line('mapped_lun2')).toEqual({ summary: 'lun1 ramdisk/a (ro)', healthy: true })
  })
})

describe('the line of a portal', () => {
  it.each([
    [{}, ''],
    [{ iser: true }, 'iser'],
    [{ offload: true }, 'offload'],
  ])('with %j is "%s"', (flags, summary) => {
    const configuration = withTpg({ portals: [{ ip_address: '10.0.0.1', port: 3260, ...flags }] })
    expect(lineOf(configuration, `${TPG}/portals/10.0.0.1:3260`)).toEqual({ summary, healthy: true })
  })
})

describe('the line of a fabric', () => {
  const withDiscovery = (values: object) =>
    configurationOf({ fabric_modules: [{ name: 'iscsi', discovery_enable_auth: true, ...values }] })
  const given = { discovery_userid: 'u', discovery_password: 'p' }
  const mutual = { discovery_mutual_userid: 'm', discovery_mutual_password: 'n' }

  it.each([
    [{}, '1-way disc auth, Targets: 0', false],
    [given, '1-way disc auth, Targets: 0', true],
    [{ ...given, ...mutual }, 'mutual disc auth, Targets: 0', true],
    [{ ...given, discovery_enable_auth: false }, 'Targets: 0', undefined],
  ])('where discovery has %j is %s', (values, summary, healthy) => {
    expect(lineOf(withDiscovery(values), '/iscsi')).toEqual({ summary, healthy })
  })
})

describe('a target of another fabric', () => {
  const tpg = { tag: 1, luns: [], node_acls: [] }
  const configuration = configurationOf({
    targets: ['loopback', 'vhost', 'qla2xxx', 'new'].map(fabric => ({
      fabric,
      wwn: 'naa.5001405000000001',
      tpgs: [tpg],
    })),
  })
  const at = (fabric: string) => `/${fabric}/naa.5001405000000001`

  it('has what its fabric has', () => {
    expect(treeNode(configuration, at('loopback'))).toMatchObject({ summary: '', children: ['luns'] })
    expect(treeNode(configuration, at('qla2xxx'))).toMatchObject({ summary: 'no-gen-acls', children: ['acls', 'luns'] })
    expect(treeNode(configuration, at('vhost'))).toMatchObject({ summary: 'TPGs: 1', children: ['tpg1'] })
    expect(treeNode(configuration, `${at('vhost')}/tpg1`).children).toEqual(['acls', 'luns'])
    expect(treeNode(configuration, `${at('new')}/tpg1`).children).toEqual(['acls', 'luns'])
  })
})

describe('a target', () => {
  it('with a name that is none is said to be so', () => {
    const configuration = configurationOf({ targets: [{ fabric: 'iscsi', wwn: 'disk', tpgs: [] }] })
    expect(lineOf(configuration, '/iscsi/disk')).toEqual({ summary: 'INVALID WWN', healthy: false })
  })
})
