import { stat } from 'node:fs/promises'
import { formatPortal, type ServingPlan } from '@lunkit/config'
import type { AnswerOf } from '@lunkit/control'
import { naaDesignator } from '@lunkit/scsi'
import type { Disk, DiskServer, SessionDescription, SessionLoad, UnitIdentity } from 'lunkit'
import { buildCommit } from '../build-commit.ts'
import type { ControlParts } from '../control/control-parts.ts'
import { readVersion } from '../version.ts'
import { SlicedJson } from './sliced-json.ts'
import { toldCalls } from './told-calls.ts'

type Inventory = AnswerOf<'inventory'>
type ToldLun = Inventory['luns'][number]
type LunState = ToldLun['state']

/** What an inventory is told of. */
export type InventoryParts = Pick<
  ControlParts,
  'allocated' | 'calls' | 'file' | 'isns' | 'live' | 'served' | 'vitals' | 'witness'
>

/** Sessions that are told one by one. */
const SESSIONS_TOLD = 1000
const MS_A_SECOND = 1000
/** When this process was started; another one may be checked out by now. */
const COMMIT = buildCommit()

/**
 * What there is to be counted, as the method `inventory` answers it: JSON in UTF-8, with memory of its own. With thousands of LUNs it is a
 * lot: it is told piece by piece.
 */
export async function toldInventory(parts: InventoryParts): Promise<Uint8Array<ArrayBuffer>> {
  // What is served may change meanwhile: then there is another plan, and this one stays as it is.
  const { plan, server } = parts.served
  const allocated = await parts.allocated.of(plan.storage)
  const told = new SlicedJson()
  const { sessionLoads } = server
  await told.list('sessions', sessionsOf(sessionLoads))
  await told.list('luns', lunsOf(plan, server, allocated))
  await told.list('groups', groupsOf(plan))
  await told.list('mappings', mappingsOf(plan))
  await told.value('sessionsLeftOut', Math.max(0, sessionLoads.length - SESSIONS_TOLD))
  for (const [name, fact] of Object.entries(await factsOf(parts))) await told.value(name, fact)
  await told.list('calls', toldCalls(parts.calls))
  await told.list('isns', isnsServersOf(parts))
  return told.bytes()
}

const isnsServersOf = ({ isns }: InventoryParts): NonNullable<Inventory['isns']> =>
  isns.statuses.map(({ server, error, failures }) => ({ server, registered: error === undefined, failures }))

type Facts = Pick<Inventory, 'version' | 'commit' | 'node' | 'started' | 'standstills' | 'configuration'>

async function factsOf({ live, file, vitals, witness }: InventoryParts): Promise<Facts> {
  const saved = file === undefined ? undefined : await stat(file.path).catch(() => undefined)
  return {
    version: readVersion(),
    ...(COMMIT !== undefined && { commit: COMMIT }),
    node: process.version,
    standstills: { times: vitals.standstills.times, seconds: vitals.standstills.forMs / MS_A_SECOND },
    started: witness.since.getTime() / MS_A_SECOND,
    configuration: {
      saved: saved === undefined ? null : saved.mtimeMs / MS_A_SECOND,
      unsaved: file !== undefined && live.unsaved.length > 0,
      fallbacks: file?.fallbacks ?? 0,
    },
  }
}

function* sessionsOf(loads: readonly SessionLoad[]): Generator<Inventory['sessions'][number]> {
  for (const { session } of loads.slice(0, SESSIONS_TOLD))
    yield {
      target: session.targetName,
      initiator: session.initiatorName,
      tsih: session.tsih,
      address: formatPortal(session.remote),
      alias: session.initiatorAlias ?? '',
      auth: session.authMethod.toLowerCase(),
      digest: digestOf(session),
      // Portals take TCP alone.
      tls: false,
    }
}

const digestOf = ({ headerDigest, dataDigest }: SessionDescription): string =>
  [headerDigest ? 'header' : '', dataDigest ? 'data' : ''].filter(Boolean).join('_') || 'none'

function* lunsOf(
  { storage }: ServingPlan,
  { tree }: DiskServer,
  allocated: ReadonlyMap<string, number>,
): Generator<ToldLun> {
  for (const { key } of storage) yield { ...toldLun(key, tree.disk(key)), allocated: allocated.get(key) }
}

function* groupsOf({ targets }: ServingPlan): Generator<Inventory['groups'][number]> {
  for (const { name: target, groups } of targets)
    for (const { tag: tpg, portals, acls, demoMode } of groups)
      yield {
        target,
        tpg,
        portals: portals.map(formatPortal),
        initiators: acls.length,
        isOpen: demoMode !== undefined,
      }
}

function* mappingsOf({ targets }: ServingPlan): Generator<Inventory['mappings'][number]> {
  for (const { name: target, groups } of targets)
    for (const { tag: tpg, luns } of groups)
      for (const { lun: number, storage: lun } of luns) yield { target, tpg, number, lun }
}

const NOT_OPEN = { state: 'deactivated', size: 0, serial: '', product: '', naa: '', blockSize: 0, thin: false } as const

function toldLun(lun: string, disk: Disk | undefined): ToldLun {
  if (disk === undefined) return { lun, ...NOT_OPEN }
  const { unit, store } = disk
  // What it is, initiators hear of the device itself.
  if (store.device !== undefined) return { lun, ...NOT_OPEN, state: stateOf(disk) }
  const { serial, product } = unit.identity
  return {
    lun,
    state: stateOf(disk),
    size: store.sizeBytes,
    serial,
    product,
    naa: naaOf(unit.identity),
    blockSize: unit.blockSizeBytes,
    thin: unit.thin,
  }
}

const naas = new WeakMap<UnitIdentity, string>()

/** Its hex digits, which are made once: they are most of what telling a LUN costs. */
function naaOf(identity: UnitIdentity): string {
  const known = naas.get(identity)
  if (known !== undefined) return known
  const naa = Buffer.from(naaDesignator(identity.companyId, identity.serial).value).toString('hex')
  naas.set(identity, naa)
  return naa
}

function stateOf({ unit, store }: Disk): LunState {
  if (store.flushFailure !== undefined || !store.available) return 'faulted'
  return unit.writeProtection === undefined ? 'ready' : 'readonly'
}
