import { stat } from 'node:fs/promises'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { formatPortal } from '@lunkit/config'
import type { AnswerOf } from '@lunkit/control'
import { naaDesignator } from '@lunkit/scsi'
import type { Disk, UnitIdentity } from 'lunkit'
import type { ControlParts } from '../control/control-parts.ts'
import { readVersion } from '../version.ts'
import { toldCalls } from './told-calls.ts'

type Inventory = AnswerOf<'inventory'>
type LunState = Inventory['luns'][number]['state']

/** What an inventory is told of. */
export type InventoryParts = Pick<ControlParts, 'allocated' | 'calls' | 'file' | 'live' | 'served' | 'witness'>

/** Sessions that are told one by one. */
const SESSIONS_TOLD = 1000
/** So many entries are told before others have their turn. */
const ENTRIES_A_TURN = 200
const MS_A_SECOND = 1000
const encoder = new TextEncoder()

/**
 * What there is to be counted, as the method `inventory` answers it: JSON in UTF-8, with memory of its own. With thousands of LUNs it is a
 * lot: it is told piece by piece.
 */
export async function toldInventory(parts: InventoryParts): Promise<Uint8Array<ArrayBuffer>> {
  const { served, calls } = parts
  const allocated = await parts.allocated.of(served.plan.storage)
  const lists = {
    sessions: await jsonOf(sessionsOf(parts), told => told),
    luns: await jsonOf(served.plan.storage, ({ key }) => ({
      ...toldLun(key, served.server.tree.disk(key)),
      allocated: allocated.get(key),
    })),
    groups: await jsonOf(groupsOf(parts), group => group),
    mappings: await jsonOf(mappingsOf(parts), mapping => mapping),
  }
  const whole = JSON.stringify({ ...(await factsOf(parts)), calls: toldCalls(calls) }).slice(0, -1)
  const members = Object.entries(lists).map(([name, text]) => `${JSON.stringify(name)}:${text}`)
  return encoder.encode(`${whole},${members.join(',')}}`)
}

type Facts = Omit<Inventory, 'calls' | 'groups' | 'sessions' | 'luns' | 'mappings'>

async function factsOf({ live, file, served, witness }: InventoryParts): Promise<Facts> {
  const saved = file === undefined ? undefined : await stat(file.path).catch(() => undefined)
  return {
    version: readVersion(),
    node: process.version,
    started: witness.since.getTime() / MS_A_SECOND,
    configuration: {
      saved: saved === undefined ? null : saved.mtimeMs / MS_A_SECOND,
      unsaved: file !== undefined && live.unsaved.length > 0,
      fallbacks: file?.fallbacks ?? 0,
    },
    sessionsLeftOut: Math.max(0, served.server.sessionLoads.length - SESSIONS_TOLD),
  }
}

function sessionsOf({ served }: InventoryParts): Inventory['sessions'] {
  return served.server.sessionLoads.slice(0, SESSIONS_TOLD).map(({ session }) => ({
    target: session.targetName,
    initiator: session.initiatorName,
    tsih: session.tsih,
    address: formatPortal(session.remote),
    alias: session.initiatorAlias ?? '',
  }))
}

const groupsOf = ({ served }: InventoryParts): Inventory['groups'] =>
  served.plan.targets.flatMap(({ name: target, groups }) =>
    groups.map(({ tag: tpg, portals, acls, demoMode }) => {
      return {
        target,
        tpg,
        portals: portals.map(formatPortal),
        initiators: acls.length,
        isOpen: demoMode !== undefined,
      }
    }),
  )

const mappingsOf = ({ served }: InventoryParts): Inventory['mappings'] =>
  served.plan.targets.flatMap(({ name: target, groups }) =>
    groups.flatMap(({ tag: tpg, luns }) => luns.map(({ lun: number, storage: lun }) => ({ target, tpg, number, lun }))),
  )

const NOT_OPEN = { state: 'deactivated', size: 0, serial: '', product: '', naa: '', blockSize: 0, thin: false } as const

function toldLun(lun: string, disk: Disk | undefined): Inventory['luns'][number] {
  if (disk === undefined) return { lun, ...NOT_OPEN }
  const { unit, store } = disk
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

/** The JSON of a list, with turns for others in between. */
async function jsonOf<T>(list: readonly T[], told: (each: T) => unknown): Promise<string> {
  const texts: string[] = []
  for (let at = 0; at < list.length; at += ENTRIES_A_TURN) {
    const entries = list.slice(at, at + ENTRIES_A_TURN).map(told)
    texts.push(JSON.stringify(entries).slice(1, -1))
    if (at + ENTRIES_A_TURN < list.length) await nextTurn()
  }
  return `[${texts.join(',')}]`
}
