import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../document.ts'
import { disk, file, group, HOST, IQN, lunsOf, open, planOf, portals, rd, texts } from '../testing/plan-beside.ts'
import { planServing } from './plan.ts'

describe('what LIO would refuse counts as it does in LIO:', () => {
  it.each<[object, object]>([
    [{ queue_depth: 0 }, { queueDepth: 128 }],
    [{ emulate_tpu: 2 }, { emulateTpu: false }],
    [{ emulate_caw: [] }, { emulateCaw: true }],
    [{ emulate_rest_reord: 1, hw_max_sectors: 'lots', alua_support: 7, emulate_dpo: -1 }, { queueDepth: 128 }],
    [{ max_unmap_lba_count: 4_294_967_296 }, { maxUnmapLbaCount: undefined }],
  ])('%j', (attributes, unit) => {
    const plan = planOf({ object: { ...file, attributes } })
    expect(disk(plan)?.unit.attributes).toMatchObject(unit)
    expect(texts(plan, 'wrong')).toHaveLength(Object.keys(attributes).length)
  })

  it.each<[string, unknown, string]>([
    ['MaxBurstLength', '511', '262144'],
    ['HeaderDigest', 'SHA,None', 'CRC32C,None'],
    ['InitialR2T', 'yes', 'Yes'],
    ['DefaultTime2Wait', [], '2'],
    ['MaxOutstandingR2T', -1, '1'],
    ['TargetAlias', 'a\0MaxBurstLength=512', 'LIO Target'],
    ['TargetAlias', '\u00fc'.repeat(128), 'LIO Target'],
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
    [{ unmap_granularity: 4_294_967_295 }, { unmapGranularity: 4_294_967_295 }],
    [{ unmap_granularity_alignment: 4_294_967_295 }, { unmapGranularityAlignment: 4_294_967_295 }],
    [{ max_write_same_len: 65_535 }, { maxWriteSameLen: 65_535 }],
    [{ max_write_same_len: 4_294_967_295 }, { maxWriteSameLen: 4_294_967_295 }],
    [{ optimal_sectors: 1023 }, { optimalSectors: 1023 }],
    [{ optimal_sectors: 0 }, { optimalSectors: undefined }],
    [{ hw_block_size: 4096, hw_max_sectors: 0, hw_queue_depth: 0, hw_pi_prot_type: 3 }, { blockSizeBytes: 512 }],
    [{ emulate_ua_intlck_ctrl: 2, submit_type: 2, pgr_support: 0, alua_support: 0 }, { blockSizeBytes: 512 }],
    [
      { emulate_tpu: true, emulate_caw: 'off', emulate_tas: 'No', is_nonrot: 'y' },
      { emulateTpu: true, emulateCaw: false, emulateTas: false, isNonrot: true },
    ],
  ])('%j', (attributes, unit) => {
    const plan = planOf({ object: { ...file, attributes } })
    expect(disk(plan)?.unit.attributes).toMatchObject(unit)
    expect(texts(plan, 'wrong')).toEqual([])
  })

  it('empty credentials and the word NULL, which mean none', () => {
    const none = { chap_userid: '', chap_password: 'NULL', chap_mutual_userid: null }
    const fabric_modules = [{ name: 'iscsi', discovery_userid: 'NULL', discovery_password: '' }]
    const plan = planOf({ tpg: { ...none, node_acls: [{ node_wwn: HOST, ...none }] }, rest: { fabric_modules } })
    expect(plan.discovery.refused).toBeUndefined()
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
