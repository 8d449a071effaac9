import { describe, expect, it } from 'vitest'
import { parseConfiguration } from '../document.ts'
import { planServing } from '../plan/plan.ts'
import type { Configuration } from '../saveconfig.ts'
import { layerSettings } from '../tables/layer-settings.ts'
import type { GivenValues } from './edit.ts'
import { EditError } from './edit-error.ts'
import type { EditCall } from './edits.ts'
import { applyEdit } from './edits.ts'
import { readValues } from './values.ts'

const initiator = 'iqn.1994-05.com.redhat:host1'
const tpg = { target: 'iqn.2026-11.com.example:disks', tag: 1 }
const DISK = 'ramdisk/rd0'
const PATH = `/backstores/${DISK}`
const TREE = after(
  parseConfiguration('{}'),
  { name: 'createRamdisk', given: { name: 'rd0', size: 1_048_576 } },
  { name: 'createTarget', given: { wwn: tpg.target } },
  { name: 'createLun', given: { ...tpg, storage_object: DISK } },
  { name: 'createAcl', given: { ...tpg, wwn: initiator } },
)

function after(start: Configuration, ...calls: readonly EditCall[]): Configuration {
  return calls.reduce((configuration, call) => applyEdit(configuration, call).configuration, start)
}

const storage = (settings: GivenValues): EditCall => ({
  name: 'setStorageSettings',
  given: { storage_object: DISK, settings },
})
const server = (settings: GivenValues): EditCall => ({ name: 'setServerSettings', given: { settings } })
const limits = (given: GivenValues): EditCall => ({ name: 'setLimits', given: { limits: given } })

function refusal(...calls: readonly EditCall[]): string {
  try {
    after(TREE, ...calls)
  } catch (error) {
    if (error instanceof EditError) return `${error.fault}: ${error.message}`
    throw error
  }
  return 'done'
}

describe('what LIO has no word for is set by an edit,', () => {
  it('of a storage object: it stands under lunkit, and is served', () => {
    const typed = {
      physical_block_size: '4096',
      removable: 'yes',
      vendor_id: 'ACME',
      product_id: 1234,
      company_id: '0x1405',
    }
    const edited = after(TREE, storage(typed), storage({ create: 0 }))
    const settings = {
      physical_block_size: 4096,
      removable: true,
      vendor_id: 'ACME',
      product_id: '1234',
      company_id: 5125,
    }
    expect(edited.lunkit).toEqual({ storage_objects: [{ storage_object: PATH, ...settings, create: false }] })
    expect(planServing(edited).notices.filter(({ kind }) => kind === 'wrong')).toEqual([])
    expect(planServing(edited).storage[0]?.unit.attributes).toMatchObject({ physicalBlockBytes: 4096, removable: true })
  })

  it('of the whole server, and of its limits', () => {
    const edited = after(
      TREE,
      server({ poll_us: 50, create_files: 'false' }),
      limits({ connections: '8192', text_keys: 64 }),
    )
    expect(edited.lunkit).toEqual({ poll_us: 50, create_files: false, limits: { connections: 8192, text_keys: 64 } })
    expect(planServing(edited)).toMatchObject({ pollUs: 50, limits: { connections: 8192, text_keys: 64 } })
  })

  it('and is taken away by an empty value, with what held it', () => {
    const set = after(
      TREE,
      storage({ removable: 1, revision: '2' }),
      server({ poll_us: 50 }),
      limits({ connections: 8 }),
    )
    const some = after(set, storage({ removable: '' }), limits({ connections: '' }))
    expect(some.lunkit).toEqual({ poll_us: 50, storage_objects: [{ storage_object: PATH, revision: '2' }] })
    expect(after(some, storage({ revision: '' }), server({ poll_us: '' })).lunkit).toEqual({})
    expect(after(TREE, storage({ removable: '' }), limits({}))).not.toHaveProperty('lunkit')
  })

  it('beside what there is of it: another disk, a key that is not known, the second of two of one disk', () => {
    const others = [{ storage_object: '/backstores/fileio/a', removable: true }]
    const own = { storage_object: PATH, colour: 'red' }
    const second = { storage_object: PATH, removable: false }
    const lunkit = { poll_ms: 5, storage_objects: [...others, own, second] }
    const start = parseConfiguration(JSON.stringify({ ...(TREE as object), lunkit }))
    expect(after(start, storage({ removable: 'on' })).lunkit).toEqual({
      poll_ms: 5,
      storage_objects: [...others, { ...own, removable: true }, second],
    })
  })

  it('a lane of those that there are, and the processors of all', () => {
    const own = (lane: number | string): EditCall => ({
      name: 'setStorageSettings',
      given: { storage_object: 'fileio/f', settings: { lane } },
    })
    const edited = after(
      TREE,
      { name: 'createFileio', given: { name: 'f', file_or_dev: '/srv/f.img', size: 1_048_576 } },
      { name: 'createLun', given: { ...tpg, storage_object: 'fileio/f' } },
      ...[server({ lanes: 3, lane_cpus: '2,4-5' }), own(2)],
    )
    const placed = { laneCpus: [2, 4, 5], lanePlacement: { 'fileio/f': 2 } }
    expect(planServing(edited)).toMatchObject({ lanes: 3, ...placed })
    const free = planServing(after(edited, server({ lane_cpus: '7' }), own('')))
    expect([free.laneCpus, free.lanePlacement]).toEqual([[7], {}])
  })

  it('and read again: a switch as 1 or 0, nothing where nothing is set', () => {
    const edited = after(
      TREE,
      storage({ removable: 'true', company_id: 0 }),
      server({ poll_us: 50 }),
      limits({ connections: 8 }),
    )
    expect(readValues(edited, { name: 'storageSettings', given: { storage_object: DISK } })).toEqual({
      ...{ removable: 1, company_id: 0, physical_block_size: '', create: '', sparse: 1, direct: '' },
      ...{ vendor_id: '', product_id: '', revision: '', lane: '' },
      ...Object.fromEntries(Object.keys(layerSettings).map(name => [name, ''])),
    })
    expect(readValues(edited, { name: 'serverSettings', given: {} })).toEqual({
      create_files: 1,
      lanes: 2,
      lane_cpus: '',
      poll_us: 50,
    })
    expect(readValues(edited, { name: 'limits', given: {} })).toMatchObject({ connections: 8, text_keys: '' })
  })
})

it('a file that is to have all its space is made with the setting that says so, another one without', () => {
  const made = (sparse: boolean): Configuration =>
    after(
      TREE,
      { name: 'createFileio', given: { name: 'full', file_or_dev: '/srv/full.img', size: 1_048_576, sparse } },
      { name: 'createLun', given: { ...tpg, storage_object: 'fileio/full' } },
    )
  const served = (sparse: boolean) => planServing(made(sparse)).storage.find(({ name }) => name === 'full')
  expect(made(false).lunkit).toEqual({
    storage_objects: [{ storage_object: '/backstores/fileio/full', sparse: false }],
  })
  expect(made(true)).not.toHaveProperty('lunkit')
  expect([served(false), served(true)]).toMatchObject([{ sparse: false }, { sparse: true }])
})

describe('an edit of a setting is refused that', () => {
  it.each<[string, EditCall, string]>([
    [
      'names one that there is not',
      server({ poll: 1 }),
      'invalid: / has no poll; right is one of create_files, lanes, lane_cpus, poll_us',
    ],
    [
      'is out of range',
      server({ poll_us: 10_001 }),
      'invalid: / cannot have poll_us=10001; right is a whole number from 0 to 10000, or nothing, which takes it away',
    ],
    [
      'sets a limit too low',
      limits({ text_keys: 31 }),
      'invalid: / cannot have text_keys=31; right is a whole number from 32 to 4096, or nothing, which takes it away',
    ],
    [
      'says neither yes nor no',
      storage({ removable: 'maybe' }),
      `invalid: ${PATH} cannot have removable=maybe; right is true or false, or nothing, which takes it away`,
    ],
    [
      'gives a disk a physical block that its blocks do not fill',
      storage({ physical_block_size: 2048 }),
      `invalid: ${PATH} cannot have physical_block_size=2048: its block_size is 4096; right is 4096 times a power of two, 32768 blocks at the most`,
    ],
    [
      'gives a disk a lane that there is not',
      storage({ lane: 2 }),
      `invalid: ${PATH} cannot have lane=2: there are 2 lanes; right is a whole number from 0 to 1, or more lanes`,
    ],
    [
      'gives lanes what is no processor',
      server({ lane_cpus: '4-2' }),
      'invalid: / cannot have lane_cpus=4-2; right is numbers of processors, such as 2,4-7, below 8192, or nothing, which takes it away',
    ],
    [
      'is about a disk that is not there',
      { name: 'setStorageSettings', given: { storage_object: 'fileio/none', settings: {} } },
      'notFound: /backstores/fileio/none is not there; right is a storage object that is',
    ],
  ])('%s', (_what, call, expected) => {
    const unused: EditCall = { name: 'deleteLun', given: { ...tpg, lun: 0 } }
    const block: EditCall = {
      name: 'setStorageAttributes',
      given: { storage_object: DISK, attributes: { block_size: 4096 } },
    }
    expect(refusal(unused, block, call)).toBe(expected)
  })
})

describe('a physical block', () => {
  const block = (block_size: number): EditCall => ({
    name: 'setStorageAttributes',
    given: { storage_object: DISK, attributes: { block_size } },
  })
  const unused: EditCall = { name: 'deleteLun', given: { ...tpg, lun: 0 } }

  it.each([
    [4096, 4096, 'done'],
    [4096, 512, 'done'],
    [
      2048,
      4096,
      `invalid: ${PATH} cannot have block_size=4096: its physical_block_size is 2048; right is a block that it is a multiple of`,
    ],
    [32_768 * 512, 512, 'done'],
    [
      32_768 * 1024,
      512,
      `invalid: ${PATH} cannot have block_size=512: its physical_block_size is 33554432; right is a block that it is a multiple of`,
    ],
  ])('of %i bytes is filled by blocks of %i: %s', (whole, bytes, expected) => {
    expect(refusal(unused, block(1024), storage({ physical_block_size: whole }), block(bytes))).toBe(expected)
  })
})

describe('write protection of a mapped LUN', () => {
  const acl = { ...tpg, initiator }
  const protect = (write_protect: boolean, mapped_lun = 0): EditCall => ({
    name: 'setMappedLun',
    given: { ...acl, mapped_lun, write_protect },
  })
  const seen = (configuration: Configuration) =>
    planServing(configuration).targets[0]?.groups[0]?.acls.map(({ luns }) => luns)

  it('changes, and nothing else of it', () => {
    const edited = after(TREE, protect(true))
    expect(seen(edited)).toMatchObject([[{ lun: 0, writeProtected: true }]])
    expect(after(edited, protect(false))).toEqual(TREE)
  })

  it('changes for all that have the tag of the ACL', () => {
    const other = 'iqn.1994-05.com.redhat:host2'
    const tagged = [initiator, other].map(
      (each): EditCall => ({ name: 'tagAcl', given: { ...tpg, initiator: each, new_tag: 'farm' } }),
    )
    const edited = after(TREE, { name: 'createAcl', given: { ...tpg, wwn: other } }, ...tagged, protect(true))
    expect(seen(edited)).toMatchObject([[{ writeProtected: true }], [{ writeProtected: true }]])
  })

  it('is that of no LUN where none is mapped', () => {
    expect(refusal(protect(true, 7))).toBe(
      `notFound: /iscsi/${tpg.target}/tpg1/acls/${initiator}/mapped_lun7 is not there; right is a mapped LUN that is`,
    )
  })
})
