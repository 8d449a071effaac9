import { readFileSync } from 'node:fs'
import { ChapSecret } from '@lunkit/pdu'
import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../document.ts'
import { planServing } from './plan.ts'
import type { GroupPlan, ServingPlan } from './serving-plan.ts'

const LIO_FILE = new URL('../../../../test/fixtures/lio/saveconfig.json', import.meta.url)
const IQN = 'iqn.2026-11.com.example:disk'
const HOST = 'iqn.1994-05.com.redhat:host1'
const disk = { name: 'disk0', plugin: 'fileio', dev: '/srv/disk.img', size: 1024 }
const luns = [{ index: 0, storage_object: '/backstores/fileio/disk0' }]
const portals = [{ ip_address: '0.0.0.0', port: 3260 }]
const open = { authentication: 0, generate_node_acls: 1, demo_mode_write_protect: 0 }

function plan(storage_objects: readonly object[], tpg: object, rest: object = {}): ServingPlan {
  const tpgs = [{ tag: 1, luns, portals, attributes: open, ...tpg }]
  return planServing(
    parseConfiguration(JSON.stringify({ storage_objects, targets: [{ fabric: 'iscsi', wwn: IQN, tpgs }], ...rest })),
  )
}

function group(serving: ServingPlan): GroupPlan {
  const found = serving.targets[0]?.groups[0]
  if (found === undefined) throw new Error('no group is served')
  return found
}

function notices(serving: ServingPlan, kind: string): readonly string[] {
  return serving.notices
    .filter(notice => notice.kind === kind)
    .map(notice => `${notice.paths.join(' ')}: ${notice.text}`)
}

describe('the plan of the file that a real LIO wrote', () => {
  const serving = planServing(parseConfiguration(readFileSync(LIO_FILE, 'utf8')))

  it('serves its LUNs, those of fileio and ramdisk in demo mode', () => {
    expect(serving.storage.map(({ key, writeBack }) => [key, writeBack])).toEqual([
      ['pscsi/ps0', false],
      ['block/blk0', true],
      ['ramdisk/rd0', false],
      ['fileio/disk0', true],
    ])
    const target = serving.targets.find(({ name }) => name === 'iqn.2022-08.com.test:lio')
    expect(target?.groups).toMatchObject([
      {
        tag: 1,
        portals: [{ host: '0.0.0.0', port: 3260 }],
        acls: [],
        demoMode: {
          refused: undefined,
          luns: [
            { lun: 1, storage: 'ramdisk/rd0', writeProtected: false },
            { lun: 0, storage: 'fileio/disk0', writeProtected: false },
          ],
        },
        commandDepth: 64,
        loginKeysWorkaround: true,
        loginTimeoutMs: 15_000,
      },
    ])
    expect(serving.storage[3]).toMatchObject({
      plugin: 'fileio',
      file: '/disk.img',
      sizeBytes: 1_073_741_824,
      unit: {
        serial: '8a03168b-c389-4413-81ae-bc4e4543953d',
        attributes: {
          emulateModelAlias: true,
          blockSizeBytes: 512,
          emulateTpu: true,
          emulateTpws: true,
          maxUnmapLbaCount: 8192,
          maxWriteSameLen: 4096,
          optimalSectors: 16_384,
        },
      },
    })
  })

  it('asks the initiator of an ACL for its credentials, and refuses one that has none', () => {
    const second = serving.targets.find(({ name }) => name === 'iqn.2022-08.com.test:second')
    const tpg1 = second?.groups.find(({ tag }) => tag === 1)
    expect(tpg1?.demoMode).toBeUndefined()
    expect(tpg1?.acls.map(({ initiator, refused }) => [initiator, refused])).toEqual([
      ['iqn.1994-05.com.redhat:host2', 'CHAP is demanded, and no user ID with a password is set (authentication=1)'],
      ['iqn.1994-05.com.redhat:host1', undefined],
    ])
    expect(tpg1?.acls.map(({ proof }) => proof)).toEqual([
      { required: true, credentials: undefined },
      {
        required: true,
        credentials: {
          name: 'alice',
          secret: new ChapSecret('secretsecret12'),
          mutual: { name: 'tgt', secret: new ChapSecret('mutualsecret12') },
        },
      },
    ])
  })

  it('names what it keeps for later, each thing once', () => {
    expect(notices(serving, 'kept')).toEqual([
      'storage_objects[0].attributes.emulate_pr storage_objects[1].attributes.emulate_pr storage_objects[3].attributes.emulate_pr ' +
        'storage_objects[5].attributes.emulate_pr: emulate_pr=1: RESERVE and RELEASE are served; persistent reservations are not built yet',
      'storage_objects[1].attributes.emulate_3pc storage_objects[3].attributes.emulate_3pc storage_objects[5].attributes.emulate_3pc: emulate_3pc=1: ' +
        'EXTENDED COPY is not built yet; initiators are told that the unit has none',
      'targets[2]: targets of the fabric loopback are not built yet',
    ])
  })
})

describe('portals', () => {
  it('on a link-local address have its interface with them; without one they are named, and not opened', () => {
    const addresses = ['[fe80::1%eth0]', '[fe80::2]', '[::0]']
    const serving = plan([disk], { portals: addresses.map(ip_address => ({ ip_address, port: 3260 })) })
    expect(group(serving).portals).toEqual([
      { host: 'fe80::1%eth0', port: 3260 },
      { host: '::', port: 3260 },
    ])
    expect(notices(serving, 'wrong')).toEqual([
      "targets[0].tpgs[0].portals[1].ip_address: ip_address is fe80::2, which is an address on each of the machine's links; " +
        'right is "[fe80::2%eth0]" for the one of eth0; the portal is not opened',
    ])
  })
})

describe('storage objects', () => {
  it.each<[string, object, boolean]>([
    ['write_back and its attribute', { write_back: true, attributes: { emulate_write_cache: 1 } }, true],
    ['write_back alone', { write_back: true }, true],
    ['neither', {}, false],
    ['the attribute alone', { attributes: { emulate_write_cache: 1 } }, false],
    ['write_back with the attribute off', { write_back: true, attributes: { emulate_write_cache: 0 } }, false],
  ])('may lose writes at power failure only with %s saying so: %j', (_name, keys, writeBack) => {
    expect(plan([{ ...disk, ...keys }], {}).storage[0]).toMatchObject({ writeBack })
  })

  it.each<[string, object]>([
    ['pi_prot_type', { attributes: { pi_prot_type: 1 } }],
    ['pi_prot_verify', { attributes: { pi_prot_verify: 1 } }],
  ])('that ask for protection that is not built are not served: %s', (word, keys) => {
    const serving = plan([{ ...disk, ...keys }], {
      node_acls: [{ node_wwn: HOST, mapped_luns: [{ index: 0, tpg_lun: 0 }] }],
    })
    expect(serving.storage).toEqual([])
    expect(group(serving)).toMatchObject({ luns: [], demoMode: { luns: [] }, acls: [{ luns: [] }] })
    expect(notices(serving, 'refused')).toEqual([expect.stringContaining(word)])
  })

  it.each([
    [{}, { readOnly: false, create: true }],
    [{ readonly: false }, { readOnly: false, create: true }],
    [{ readonly: true }, { readOnly: true, create: false }],
  ])('are read-only where they say so, and their files are not made then: %j', (keys, expected) => {
    expect(plan([{ ...disk, ...keys }], {}).storage).toMatchObject([expected])
  })

  it.each([1, 2, 3, 4, 14, 15])('in an ALUA group of state %i are not served', state => {
    const grouped = { ...disk, alua_tpgs: [{ name: 'siteb', tg_pt_gp_id: 16, alua_access_state: state }] }
    const inGroup = { luns: [{ ...luns[0], alua_tg_pt_gp_name: 'siteb' }] }
    expect(group(plan([grouped], inGroup)).luns).toEqual([])
    expect(group(plan([grouped], {})).luns).toHaveLength(1)
  })

  it('are served in an ALUA group that is active and optimized', () => {
    const grouped = { ...disk, alua_tpgs: [{ name: 'sitea', tg_pt_gp_id: 1, alua_access_state: 0 }] }
    expect(group(plan([grouped], { luns: [{ ...luns[0], alua_tg_pt_gp_name: 'sitea' }] })).luns).toHaveLength(1)
  })

  it('have no number above 16383, which not every initiator could tell from a lower one', () => {
    const far = [16_383, 16_384, 65_535].map(index => ({ ...luns[0], index }))
    const mapped_luns = [16_383, 16_384].map((index, position) => ({ index, tpg_lun: far[position + 1]?.index }))
    const serving = plan([disk], { luns: far, node_acls: [{ node_wwn: HOST, mapped_luns }] })
    const { luns: served, demoMode, acls } = group(serving)
    expect(served.map(({ lun }) => lun)).toEqual([16_383, 16_384, 65_535])
    expect(demoMode?.luns.map(({ lun }) => lun)).toEqual([16_383])
    expect(acls[0]?.luns.map(({ lun }) => lun)).toEqual([16_383])
    const why = 'for another one, so that it is not served; right is 0 to 16383'
    expect(notices(serving, 'refused')).toEqual([
      `targets[0].tpgs[0].node_acls[0].mapped_luns[1].index targets[0].tpgs[0].luns[1].index: an initiator could take LUN 16384 ${why}`,
      `targets[0].tpgs[0].luns[2].index: an initiator could take LUN 65535 ${why}`,
    ])
  })

  it('that share a file are served once', () => {
    const both = [...luns, { index: 1, storage_object: '/backstores/fileio/disk1' }]
    const serving = plan([disk, { ...disk, name: 'disk1' }], { luns: both })
    expect(group(serving).luns).toEqual([{ lun: 0, storage: 'fileio/disk0' }])
    expect(notices(serving, 'refused')).toEqual([
      'storage_objects[1].dev: /srv/disk.img is the file of storage_objects[0] already; two disks on one file destroy each other',
    ])
  })

  it('that no LUN uses are left alone', () => {
    const serving = plan([disk], { luns: [] })
    expect(serving.storage).toEqual([])
    expect(notices(serving, 'unused')).toEqual([
      'storage_objects[0]: no LUN of an enabled TPG uses the storage object; it is not opened',
    ])
  })

  it.each([
    ['nothing is said', {}, true],
    ['create_files forbids it for all', { create_files: false }, false],
    ['create forbids it for one', { one: false }, false],
    ['create allows it for one', { create_files: false, one: true }, true],
  ])('may be created, or not: %s', (_when, { one, ...lunkit }: { one?: boolean; create_files?: boolean }, create) => {
    const own = { storage_object: '/backstores/fileio/disk0', ...(one !== undefined && { create: one }) }
    const { storage } = plan([disk], {}, { lunkit: { ...lunkit, storage_objects: [own] } })
    expect(storage).toMatchObject([{ create }])
  })

  it('have the physical block size and the removable medium that lunkit’s own settings give them', () => {
    const settings = { storage_object: '/backstores/fileio/disk0', physical_block_size: 4096, removable: true }
    const set = plan([disk], {}, { lunkit: { storage_objects: [settings] } })
    expect(set.storage[0]?.unit.attributes).toMatchObject({
      blockSizeBytes: 512,
      physicalBlockBytes: 4096,
      removable: true,
    })
    const notSet = plan([{ ...disk, attributes: { block_size: 2048 } }], {})
    expect(notSet.storage[0]?.unit.attributes).toMatchObject({ physicalBlockBytes: 2048, removable: false })
  })

  it.each<[boolean, boolean | undefined, boolean]>([
    [true, undefined, true],
    [false, undefined, false],
    [true, false, false],
    [false, true, true],
  ])('with aio %j, and direct set to %j, go past the page cache: %j', (aio, direct, past) => {
    const settings = { storage_object: '/backstores/fileio/disk0', direct }
    const serving = plan([{ ...disk, aio }], {}, { lunkit: { storage_objects: [settings] } })
    expect(serving.storage).toMatchObject([{ direct: past }])
    expect(notices(serving, 'kept').filter(text => text.includes('aio'))).toEqual([])
  })

  it('are served without the settings that are not known here', () => {
    const settings = { storage_object: '/backstores/fileio/disk0', colour: 'red' }
    const serving = plan([disk], {}, { lunkit: { poll_ms: 5, storage_objects: [settings] } })
    expect(serving.storage).toHaveLength(1)
    expect(notices(serving, 'unknown').toSorted()).toEqual([
      'lunkit.poll_ms: the key poll_ms is not known here',
      'lunkit.storage_objects[0].colour: the key colour is not known here',
    ])
  })

  it('are polled for only where the administrator says so', () => {
    expect(plan([disk], {}).pollUs).toBe(0)
    expect([plan([disk], {}), plan([disk], {}, { lunkit: { lanes: 8 } })].map(({ lanes }) => lanes)).toEqual([2, 8])
    expect(plan([disk], {}, { lunkit: { poll_us: 50 } }).pollUs).toBe(50)
  })

  it('have only the limits that the administrator set', () => {
    expect(plan([disk], {}).storage[0]?.unit.attributes).toMatchObject({
      optimalSectors: undefined,
      maxUnmapLbaCount: undefined,
      maxUnmapBlockDescCount: undefined,
      maxWriteSameLen: undefined,
    })
    const ramdisk = { name: 'disk0', plugin: 'ramdisk', size: 4096, attributes: { optimal_sectors: 4_294_967_288 } }
    const used = [{ index: 0, storage_object: '/backstores/ramdisk/disk0' }]
    expect(plan([ramdisk], { luns: used }).storage[0]?.unit.attributes.optimalSectors).toBeUndefined()
  })
})

describe('target portal groups', () => {
  it('that are disabled are not served, and what only they use is not opened', () => {
    const serving = plan([disk], { enable: false })
    expect(serving.targets).toMatchObject([{ groups: [] }])
    expect(serving.storage).toEqual([])
  })

  it('get the lowest free tags when the file gives none', () => {
    const tpgs = [{}, { tag: 2 }, {}]
    const serving = planServing(parseConfiguration(JSON.stringify({ targets: [{ fabric: 'iscsi', wwn: IQN, tpgs }] })))
    expect(serving.targets[0]?.groups.map(({ tag }) => tag)).toEqual([1, 2, 3])
  })

  it('let nobody in who has no ACL, unless the administrator says so', () => {
    expect(group(plan([disk], { attributes: { authentication: 0 } })).demoMode).toBeUndefined()
  })

  it('give initiators without an ACL read-only LUNs, unless the administrator says otherwise', () => {
    const demo = group(plan([disk], { attributes: { authentication: 0, generate_node_acls: 1 } })).demoMode
    expect(demo?.luns).toEqual([{ lun: 0, storage: 'fileio/disk0', writeProtected: true }])
  })

  it('show an initiator with an ACL its mapped LUNs, by their own numbers and protection', () => {
    const mapped_luns = [
      { index: 5, tpg_lun: 0, write_protect: true },
      { index: 6, tpg_lun: 0 },
    ]
    const acl = { node_wwn: ' IQN.1994-05.com.redhat:host1', mapped_luns }
    expect(group(plan([disk], { node_acls: [acl] })).acls).toMatchObject([
      {
        initiator: HOST,
        luns: [
          { lun: 5, storage: 'fileio/disk0', writeProtected: true },
          { lun: 6, storage: 'fileio/disk0', writeProtected: false },
        ],
        dataOutTimeoutMs: 3000,
        dataOutRetries: 5,
        nopInIntervalMs: 15_000,
        nopInTimeoutMs: 30_000,
      },
    ])
    const protect = { attributes: { ...open, prod_mode_write_protect: 1 }, node_acls: [acl] }
    expect(group(plan([disk], protect)).acls[0]?.luns.every(({ writeProtected }) => writeProtected)).toBe(true)
  })

  it.each<[string, object, 'served' | 'refused']>([
    ['no attribute at all: LIO demands CHAP by default', { attributes: { generate_node_acls: 1 } }, 'refused'],
    ['authentication=1', { attributes: { ...open, authentication: 1 } }, 'refused'],
    ['authentication=1 as a text', { attributes: { ...open, authentication: '1' } }, 'refused'],
    ['AuthMethod=CHAP alone', { parameters: { AuthMethod: 'CHAP' } }, 'refused'],
    ['AuthMethod=CHAP,None', { parameters: { AuthMethod: 'CHAP,None' } }, 'served'],
    ['authentication=0', {}, 'served'],
  ])('refuse logins where CHAP is demanded: %s', (_name, tpg, outcome) => {
    const serving = plan([disk], { ...tpg, node_acls: [{ node_wwn: HOST }] })
    const { demoMode, acls } = group(serving)
    for (const login of [demoMode, acls[0]])
      expect(login?.refused?.startsWith('CHAP is demanded') === true ? 'refused' : 'served').toBe(outcome)
  })

  it.each<[string, object, number, 'served' | 'refused']>([
    ['its own 1', { attributes: open }, 1, 'refused'],
    [
      'its own 0 where the TPG demands it',
      { attributes: { ...open, authentication: 1 }, parameters: { AuthMethod: 'CHAP' } },
      0,
      'served',
    ],
    ['-1 where the TPG demands it', { attributes: { ...open, authentication: 1 } }, -1, 'refused'],
    ['its own 0 where AuthMethod was set to CHAP', { parameters: { AuthMethod: 'CHAP' } }, 0, 'refused'],
  ])('let an ACL decide for its initiator: %s', (_name, tpg, authentication, outcome) => {
    const acl = { node_wwn: HOST, attributes: { authentication } }
    const { refused } = group(plan([disk], { ...tpg, node_acls: [acl] })).acls[0] ?? {}
    expect(refused === undefined ? 'served' : 'refused').toBe(outcome)
  })

  it.each([{ fabric_prot_type: 1 }, { t10_pi: 1 }])('with %j serve no LUN', attribute => {
    const serving = plan([disk], { attributes: { ...open, ...attribute } })
    expect(group(serving)).toMatchObject({ luns: [], demoMode: { luns: [] } })
    expect(notices(serving, 'refused')).toHaveLength(1)
  })

  it('say what of their attributes, parameters and portals is not done', () => {
    const serving = plan([disk], {
      attributes: { ...open, default_erl: 2, fancy: 1 },
      parameters: { MaxConnections: '4', ErrorRecoveryLevel: '2', DataPDUInOrder: 'No', Fancy: 'Yes' },
      portals: [{ ip_address: '[::0]', port: 3260, iser: true, offload: true }],
      chap_userid: 'alice',
      colour: 'blue',
    })
    expect(notices(serving, 'kept').map(line => line.replaceAll('targets[0].tpgs[0]', ''))).toEqual([
      '.parameters.MaxConnections: MaxConnections=4: sessions of several connections are not built yet; 1 is answered',
      '.parameters.ErrorRecoveryLevel: ErrorRecoveryLevel=2: recovery within a session is not built yet; 0 is answered',
      '.parameters.DataPDUInOrder: DataPDUInOrder=No: data is moved in order; Yes is answered',
      '.attributes.default_erl: default_erl=2: recovery within a session is not built yet; ErrorRecoveryLevel 0 is offered',
      '.portals[0]: iSER is not built yet; the portal serves TCP',
      '.portals[0]: offload cards are not used; the portal serves TCP',
    ])
    expect(notices(serving, 'unknown').map(line => line.replaceAll('targets[0].tpgs[0]', ''))).toEqual([
      '.colour: the key colour is not known here',
      '.parameters.Fancy: the parameter Fancy is not known here',
      '.attributes.fancy: the attribute fancy is not known here',
    ])
    expect(group(serving)).toMatchObject({ portals: [{ host: '::', port: 3260 }] })
  })
})

describe('discovery', () => {
  it.each<[string, object, boolean]>([
    ['authentication is on', { discovery_enable_auth: true }, true],
    ['a user ID stands there without a password', { userid: 'u' }, true],
    ['credentials stand there as the manual page spells them', { userid: 'u', password: 'p' }, false],
    ['credentials stand there and it is off', { discovery_enable_auth: false, discovery_userid: 'u' }, false],
    ['nothing is said', {}, false],
  ])('is refused or not when %s', (_name, fabric, refused) => {
    const serving = plan([disk], {}, { fabric_modules: [{ name: 'iscsi', ...fabric }] })
    expect(serving.discovery.refused !== undefined).toBe(refused)
    expect(notices(serving, 'refused')).toHaveLength(refused ? 1 : 0)
  })

  it('does not care about the settings of other fabrics', () => {
    const serving = plan([disk], {}, { fabric_modules: [{ name: 'qla2xxx', discovery_enable_auth: true }] })
    expect(serving.discovery.refused).toBeUndefined()
    expect(notices(serving, 'kept')).toEqual(['fabric_modules[0]: settings of the fabric qla2xxx are not used yet'])
  })
})
