import { describe, expect, it } from 'vitest'
import type { ServingPlan } from '../plan/serving-plan.ts'
import type { StoragePlan } from '../plugins/plugins.ts'
import { disk, file, HOST, IQN, open, type Parts, planOf } from '../testing/plan-beside.ts'
import { difference } from './difference.ts'
import { emptyPlan } from './empty-plan.ts'
import { StorageChange, storageChanges } from './storage-changes.ts'

const at = { target: IQN, tag: 1 }
const acl = { node_wwn: HOST, mapped_luns: [{ index: 0, tpg_lun: 0 }] }
const inTpg = (tpg: object): Parts => ({ tpg: { attributes: open, ...tpg } })

/** The steps between two files, each in one line. */
function steps(from: ServingPlan, to: ServingPlan): readonly string[] {
  return difference(from, to).map(({ kind, ...step }) => {
    const { initiator, lun, disk: key, replaces, portal, tag } = step as Record<string, string>
    const words = [initiator, lun, key, replaces, (portal as { port?: string } | undefined)?.port, tag]
    return [kind, ...words.filter(word => word !== undefined)].join(' ')
  })
}

const between = (from: Parts, to: Parts) => steps(planOf(from), planOf(to))

describe('the steps of a difference', () => {
  it('begin with disks and end with the portals, where nothing was served', () => {
    expect(steps(emptyPlan, planOf(inTpg({ node_acls: [acl] })))).toEqual([
      'openDisk ramdisk/rd',
      'addTarget',
      'addGroup 1',
      `addAcl 1`,
      'setDemoMode 1',
      `mapLun ${HOST} 0 ramdisk/rd 1`,
      'mapLun 0 ramdisk/rd 1',
      'openPortal 3260 1',
    ])
  })

  it('take a target away with all below it, then its disks', () => {
    expect(steps(planOf({ object: file }), emptyPlan)).toEqual([
      'removeTarget',
      'closeDisk ramdisk/rd',
      'closeDisk fileio/f',
    ])
  })

  it('are plain data', () => {
    const added = difference(planOf({}), planOf({ object: file }))
    expect(added).toMatchObject([
      { kind: 'openDisk', disk: 'fileio/f', plan: { key: 'fileio/f', file: '/srv/disk.img' } },
      { kind: 'mapLun', ...at, initiator: undefined, lun: 1, disk: 'fileio/f', writeProtected: false },
    ])
  })

  it('change what is changed and nothing else', () => {
    expect(between(inTpg({}), inTpg({ attributes: { ...open, default_cmdsn_depth: 7 } }))).toEqual(['changeGroup 1'])
    expect(between(inTpg({}), inTpg({ parameters: { TargetAlias: 'x' } }))).toEqual(['changeTarget', 'changeGroup 1'])
    expect(between({}, { rest: { lunkit: { poll_us: 5 } } })).toEqual(['changeServer'])
    expect(between({ object: file }, { object: { ...file, size: 4096 } })).toEqual(['changeDisk fileio/f'])
    const timeout = { ...acl, attributes: { nopin_timeout: 0 } }
    expect(between(inTpg({ node_acls: [acl] }), inTpg({ node_acls: [timeout] }))).toEqual(['changeAcl 1'])
  })

  it('map a number anew where its access changes', () => {
    const protectedLun = { ...acl, mapped_luns: [{ index: 0, tpg_lun: 0, write_protect: true }] }
    expect(between(inTpg({ node_acls: [acl] }), inTpg({ node_acls: [protectedLun] }))).toEqual([
      `mapLun ${HOST} 0 ramdisk/rd 1`,
    ])
  })

  it('refuse first and admit last', () => {
    const demanded = { attributes: { ...open, authentication: 1 } }
    expect(between({ object: file }, inTpg(demanded)).at(0)).toBe('setDemoMode 1')
    expect(between({ object: file, ...inTpg(demanded) }, inTpg({}))).toEqual([
      'changeGroup 1',
      'unmapLun 1 1',
      'closeDisk fileio/f',
      'setDemoMode 1',
    ])
  })

  it('end demo mode before an ACL goes, whose initiator it would let in', () => {
    const closed = { attributes: { ...open, generate_node_acls: 0 } }
    expect(between(inTpg({ node_acls: [acl] }), inTpg(closed))).toEqual([
      'changeGroup 1',
      `unmapLun ${HOST} 0 1`,
      'unmapLun 0 1',
      'setDemoMode 1',
      `removeAcl ${HOST} 1`,
    ])
  })

  it('close a portal first that another group of the target is to have', () => {
    const [one, two] = [
      { ip_address: '0.0.0.0', port: 3260 },
      { ip_address: '0.0.0.0', port: 3261 },
    ]
    const groups = (first: object[], second: object[]): Parts => ({
      tpg: { attributes: open, portals: first },
      tpgs: [{ tag: 2, attributes: open, portals: second }],
    })
    expect(between(groups([one], [two]), groups([two], [one]))).toEqual([
      'closePortal 3260 1',
      'closePortal 3261 2',
      'openPortal 3261 1',
      'openPortal 3260 2',
    ])
  })

  it('unmap a disk, replace it by the one that has its file or serial number, and map that', () => {
    const replaced = ['unmapLun 1 1', 'replaceDisk fileio/f fileio/f', 'mapLun 1 fileio/f 1']
    expect(between({ object: file }, { object: { ...file, dev: '/srv/other.img' } })).toEqual(replaced)
    expect(between({ object: { ...file, wwn: 'a' } }, { object: { ...file, wwn: 'b' } })).toEqual(replaced)
    const luns = [{ index: 0, storage_object: '/backstores/fileio/g' }]
    const renamed = planOf({ object: { ...file, name: 'g' }, tpg: { attributes: open, luns } })
    expect(steps(planOf({ object: file }), renamed)).toEqual([
      'unmapLun 1 1',
      'replaceDisk fileio/g fileio/f',
      'mapLun 0 fileio/g 1',
      'closeDisk ramdisk/rd',
    ])
  })

  it('close both of two disks that change their serial numbers with each other before either is opened', () => {
    const plan = planOf({ object: file })
    const withSerials = (...serials: string[]): ServingPlan => ({
      ...plan,
      storage: plan.storage.map((each, index) => ({ ...each, unit: { ...each.unit, serial: serials[index] } })),
    })
    expect(steps(withSerials('a', 'b'), withSerials('b', 'a'))).toEqual([
      'unmapLun 0 1',
      'unmapLun 1 1',
      'closeDisk ramdisk/rd',
      'closeDisk fileio/f',
      'openDisk ramdisk/rd',
      'openDisk fileio/f',
      'mapLun 0 ramdisk/rd 1',
      'mapLun 1 fileio/f 1',
    ])
  })

  it('do not look at what is the same object', () => {
    const plan = planOf({ object: file })
    const unread = <T extends object>(target: T): T =>
      new Proxy(target, { get: (from, key) => (key === 'then' ? undefined : fail(String(key), from)) })
    const [target] = plan.targets
    const shared = unread(target as object) as typeof target & object
    const [first] = plan.storage
    const kept = unread(first as StoragePlan)
    const [from, to] = [0, 50].map(pollUs => ({ ...plan, pollUs, targets: [shared], storage: [kept] }))
    expect(steps(from as ServingPlan, to as ServingPlan)).toEqual(['changeServer'])
  })
})

function fail(key: string, from: object): never {
  throw new Error(`${key} of ${JSON.stringify(from)} was read`)
}

describe('a disk that changes', () => {
  const plan = disk(planOf({ object: file })) as StoragePlan
  const stepsTo = (to: object) => difference(withDisk(plan), withDisk({ ...plan, ...to })).map(({ kind }) => kind)
  const withDisk = (only: object): ServingPlan => ({ ...emptyPlan, storage: [only as StoragePlan] })
  const kinds: Readonly<Record<string, readonly string[]>> = {
    [StorageChange.none]: [],
    [StorageChange.live]: ['changeDisk'],
    [StorageChange.replace]: ['replaceDisk'],
  }

  it.each(Object.entries(storageChanges.attributes))('is as its table says in %s', (name, change) => {
    const attributes = { ...plan.unit.attributes, [name]: 'another' }
    expect(stepsTo({ unit: { ...plan.unit, attributes } })).toEqual(kinds[change])
  })

  it.each(Object.entries(storageChanges.plan))('is as its table says of its %s', (name, change) => {
    expect(stepsTo({ [name]: 'another' })).toEqual(name === 'key' ? ['replaceDisk'] : kinds[change])
  })

  it.each(Object.entries(storageChanges.unit))('is as its table says of its %s', (name, change) => {
    expect(stepsTo({ unit: { ...plan.unit, [name]: 'another' } })).toEqual(kinds[change])
  })

  it('keeps its identity, its block size, its kind of medium and how a device is opened while it is open', () => {
    const { plan: fields, unit, attributes } = storageChanges
    const kept = Object.entries({ ...fields, ...unit, ...attributes }).filter(([, change]) => change === 'replace')
    expect(kept.map(([name]) => name)).toEqual([
      'key',
      'name',
      'plugin',
      'file',
      'nullio',
      'direct',
      'exclusive',
      'serial',
      'vendor',
      'product',
      'revision',
      'companyId',
      'blockSizeBytes',
      'emulateModelAlias',
    ])
  })
})
