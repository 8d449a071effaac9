import { ChapSecret } from '@lunkit/pdu'
import fc from 'fast-check'
import type { ProofPlan } from '../plan/login-plan.ts'
import type {
  AclPlan,
  DemoModePlan,
  DisabledGroupPlan,
  GroupPlan,
  SeenLunPlan,
  ServingPlan,
  TargetPlan,
} from '../plan/serving-plan.ts'
import type { StoragePlanBase } from '../plan/storage-plan.ts'
import type { StoragePlan } from '../plugins/plugins.ts'
import { naaDigits } from '../unit-serial.ts'
import { disk, file, group, HOST, open, planOf } from './plan-beside.ts'

const given = planOf({ object: file, tpg: { attributes: open, node_acls: [{ node_wwn: HOST, mapped_luns: [] }] } })
const aGroup = group(given)
const aDisk = disk(given) as StoragePlanBase
const anAcl = aGroup.acls[0] as AclPlan

/** Who may log in to the plans. */
export const INITIATORS = ['iqn.2026-11.com.example:a', 'iqn.2026-11.com.example:b', 'iqn.2026-11.com.example:none']
const SERIALS = [undefined, '00000000-0000-4000-8000-000000000001', 'A2', 'a-2']
const FILES = [undefined, '/srv/a', '/srv/b']

const storagePlan: fc.Arbitrary<StoragePlan> = fc
  .record({
    name: fc.constantFrom('a', 'b', 'c'),
    path: fc.constantFrom('storage_objects[0]', 'storage_objects[1]'),
    file: fc.constantFrom(...FILES),
    serial: fc.constantFrom(...SERIALS),
    sizeBytes: fc.constantFrom(512, 1024),
    blockSizeBytes: fc.constantFrom(512, 4096),
    emulateTpu: fc.boolean(),
  })
  .map(({ name, path, file: dev, serial, sizeBytes, blockSizeBytes, emulateTpu }): StoragePlan => {
    const attributes = { ...aDisk.unit.attributes, blockSizeBytes, emulateTpu }
    const base = { ...aDisk, name, path, sizeBytes, unit: { serial, attributes } }
    return dev === undefined
      ? { ...base, plugin: 'ramdisk', key: `ramdisk/${name}`, file: undefined, nullio: false }
      : { ...base, plugin: 'fileio', key: `fileio/${name}`, file: dev, create: true, sparse: true, direct: false }
  })

const disks = fc
  .array(storagePlan, { maxLength: 4 })
  .map(found => unique(found, ({ key }) => key))
  .map(found => unique(found, (plan, at) => plan.file ?? at))
  .map(found => unique(found, ({ unit }, at) => (unit.serial === undefined ? at : naaDigits(unit.serial))))

function unique<T>(members: readonly T[], keyOf: (member: T, index: number) => unknown): readonly T[] {
  return [...new Map(members.map((member, at) => [keyOf(member, at), member])).values()]
}

/** Nothing, either, and other secrets than those. */
const proof: fc.Arbitrary<ProofPlan> = fc
  .record({
    required: fc.boolean(),
    credentials: fc
      .constantFrom(undefined, 'one secret', 'another secret')
      .map(secret =>
        secret === undefined ? undefined : { name: 'alice', secret: new ChapSecret(secret), mutual: undefined },
      ),
  })
  .map(found => ({ ...found }))
const refused = fc.constantFrom(undefined, undefined, 'CHAP is demanded', 'it has two ACLs')

function lunsOf(keys: readonly string[]): fc.Arbitrary<readonly SeenLunPlan[]> {
  if (keys.length === 0) return fc.constant([])
  const seen = fc.record({ lun: fc.nat(2), storage: fc.constantFrom(...keys), writeProtected: fc.boolean() })
  return fc.array(seen, { maxLength: 3 }).map(luns => unique(luns, ({ lun }) => lun))
}

function acls(keys: readonly string[]): fc.Arbitrary<readonly AclPlan[]> {
  const acl = fc
    .record({
      initiator: fc.constantFrom(...INITIATORS.slice(0, 2)),
      refused,
      proof,
      luns: lunsOf(keys),
      dataOutRetries: fc.constantFrom(1, 5),
    })
    .map((found): AclPlan => ({ ...anAcl, ...found }))
  return fc.array(acl, { maxLength: 2 }).map(found => unique(found, ({ initiator }) => initiator))
}

function groupPlan(keys: readonly string[]): fc.Arbitrary<GroupPlan> {
  const demoMode: fc.Arbitrary<DemoModePlan | undefined> = fc.option(
    fc.record({ refused, proof, luns: lunsOf(keys) }),
    {
      nil: undefined,
    },
  )
  return fc
    .record({
      tag: fc.integer({ min: 1, max: 3 }),
      path: fc.constantFrom('targets[0].tpgs[0]', 'targets[1].tpgs[0]'),
      ports: fc.uniqueArray(fc.integer({ min: 3260, max: 3262 })),
      acls: acls(keys),
      demoMode,
      commandDepth: fc.constantFrom(64, 128),
      alias: fc.constantFrom('', 'one', 'two'),
    })
    .map(({ ports, alias, ...found }) => {
      const portals = ports.map(port => ({ host: '0.0.0.0', port }))
      return { ...aGroup, ...found, portals, offers: { ...aGroup.offers, TargetAlias: alias } }
    })
}

const disabledGroup: fc.Arbitrary<DisabledGroupPlan> = fc
  .record({
    tag: fc.constantFrom(4, 5),
    portals: fc.constant([{ host: '192.0.2.1', port: 3260 }]),
    listed: fc.boolean(),
    toldTo: fc.constantFrom(undefined, INITIATORS.slice(0, 1)),
  })
  .map(found => ({ ...found }))

function targetPlan(keys: readonly string[]): fc.Arbitrary<TargetPlan> {
  return fc
    .record({
      name: fc.constantFrom('iqn.2026-11.com.example:x', 'iqn.2026-11.com.example:y'),
      path: fc.constantFrom('targets[0]', 'targets[1]'),
      groups: fc.array(groupPlan(keys), { maxLength: 3 }),
      disabled: fc.array(disabledGroup, { maxLength: 1 }),
    })
    .map(target => {
      const taken = new Set<number>()
      const groups = unique(target.groups, ({ tag }) => tag).map(plan => {
        const portals = plan.portals.filter(({ port }) => !taken.has(port))
        for (const { port } of portals) taken.add(port)
        return { ...plan, portals }
      })
      return { ...target, groups }
    })
}

/** Plans that a file could have, small enough that two of them have much in common. */
export const servingPlan: fc.Arbitrary<ServingPlan> = disks.chain(storage => {
  const keys = storage.map(({ key }) => key)
  return fc
    .record({
      targets: fc.array(targetPlan(keys), { maxLength: 2 }),
      pollUs: fc.constantFrom(0, 50),
      limits: fc.constantFrom({}, { connections: 1 }),
      lanePlacement: fc.constantFrom({}, { 'fileio/a': 1 }),
      discovery: fc.record({ refused, proof }).map(found => ({ ...found })),
    })
    .map(found => ({
      ...given,
      ...found,
      storage,
      targets: unique(found.targets, ({ name }) => name),
    }))
})
