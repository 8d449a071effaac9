import { normalizeIscsiName, type ServingPlan } from '@lunkit/config'
import { ControlFault, FaultKind } from '@lunkit/control'
import type { SessionDescription } from 'lunkit'
import { seenLuns } from './seen-luns.ts'
import { keyOf } from './served-nodes.ts'

/** By which numbers a session knows a LUN. */
export type LunsOf = (session: SessionDescription) => ReadonlySet<number>

const LUN = /^\/iscsi\/([^/]+)\/tpg(\d+)\/luns\/lun(\d+)$/
const MAPPED = /^\/iscsi\/([^/]+)\/tpg(\d+)\/acls\/([^/]+)\/mapped_lun(\d+)$/

/** What a path names, whoever asks: a storage object at any target, or at one group, or a number of one initiator. */
interface Named {
  readonly target?: string
  readonly tag?: number
  readonly initiator?: string
  readonly lun?: number
  readonly storage?: string
}

/**
 * Finds a LUN by the path of a storage object, of a LUN or of a mapped LUN in a plan.
 * @throws {ControlFault} where nothing of the kind is served.
 */
export function tracedLun(plan: () => Plan, path: string): LunsOf {
  const named = namedBy(plan(), path)
  if (named === undefined)
    throw new ControlFault(FaultKind.notFound, {
      what: 'is no LUN that is served',
      where: path,
      right: '/backstores/fileio/disk0, /iscsi/TARGET/tpg1/luns/lun0 or /iscsi/TARGET/tpg1/acls/INITIATOR/mapped_lun0',
    })
  const found = new WeakMap<SessionDescription, Found>()
  // It is asked for each command: what a plan says is the same until there is another one.
  return session => {
    const now = plan()
    const before = found.get(session)
    if (before?.plan === now) return before.luns
    const luns = lunsIn(now, { named, session })
    found.set(session, { plan: now, luns })
    return luns
  }
}

type Plan = Pick<ServingPlan, 'targets' | 'storage'>

/** What was found in a plan. */
interface Found {
  readonly plan: Plan
  readonly luns: ReadonlySet<number>
}

function lunsIn(plan: Plan, { named, session }: { named: Named; session: SessionDescription }): ReadonlySet<number> {
  if (!isOf(named, session)) return new Set()
  const { luns } = seenLuns(plan, session)
  return new Set(luns.filter(each => isNamed(named, each)).map(({ lun }) => lun))
}

function namedBy({ targets, storage: all }: Plan, path: string): Named | undefined {
  const [, target = '', tag, initiator = '', mapped] = MAPPED.exec(path) ?? []
  if (mapped !== undefined) {
    const names = { target: normalizeIscsiName(target), initiator: normalizeIscsiName(initiator) }
    return { ...names, tag: Number(tag), lun: Number(mapped) }
  }
  const [, name = '', group, lun] = LUN.exec(path) ?? []
  if (lun === undefined) return all.some(({ key }) => key === keyOf(path)) ? { storage: keyOf(path) } : undefined
  const at = { target: normalizeIscsiName(name), tag: Number(group) }
  const groups = targets.find(each => each.name === at.target)?.groups ?? []
  const found = groups.find(each => each.tag === at.tag)?.luns.find(each => each.lun === Number(lun))
  return found && { ...at, storage: found.storage }
}

const isOf = ({ target, tag, initiator }: Named, session: SessionDescription): boolean =>
  (target === undefined || target === normalizeIscsiName(session.targetName)) &&
  (tag === undefined || tag === session.targetPortalGroupTag) &&
  (initiator === undefined || initiator === normalizeIscsiName(session.initiatorName))

const isNamed = ({ lun, storage }: Named, seen: { readonly lun: number; readonly storage: string }): boolean =>
  (lun === undefined || lun === seen.lun) && (storage === undefined || storage === seen.storage)
