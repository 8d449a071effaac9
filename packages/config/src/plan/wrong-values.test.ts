import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../document.ts'
import { file, group, HOST, IQN, lunsOf, open, planOf, portals, texts } from '../testing/plan-beside.ts'
import { planServing } from './plan.ts'

describe('what is not served is kept, whatever is in it:', () => {
  const nonsense = { attributes: { block_size: 'huge', queue_depth: null }, alua_tpgs: [{ tg_pt_gp_id: 'x' }], wwn: [] }

  it.each([
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

  it.each([
    { plugin: 'fileio', dev: 'relative', size: -5 },
    { plugin: 'block', dev: 5, readonly: 'maybe' },
    { plugin: 'pscsi', dev: 'sg0' },
  ])('storage objects that no LUN uses: %j', keys => {
    const unused = { name: 'idle', ...keys, ...nonsense }
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
    expect(plan.discovery.refused).toBeUndefined()
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
