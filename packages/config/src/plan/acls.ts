import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import type { Json } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { normalizeIscsiName } from '../names.ts'
import type { MappedLun, NodeAcl, Tpg } from '../saveconfig.ts'
import { nodeAclKind } from '../saveconfig.ts'
import type { Placed } from '../schema/kind.ts'
import { describe } from '../schema/kind.ts'
import { aclAttributes } from '../tables/access-attributes.ts'
import { SERVED_LUNS } from '../tables/lun-numbers.ts'
import { aclSettings, groupSettings } from './access-settings.ts'
import { noteAttributes } from './attributes.ts'
import { aclLoginRefusal, hasCredentials } from './authentication.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice.ts'
import type { AclPlan, LunPlan, SeenLunPlan } from './serving-plan.ts'

/** The ACLs of a TPG, and whether each of them could be read: else nobody knows whom they restrict. */
export interface GroupAcls {
  readonly acls: readonly AclPlan[]
  readonly complete: boolean
}

/** A TPG, and what of it ACLs give to their initiators. */
export interface AclsAt {
  readonly tpg: Tpg
  readonly path: JsonPath
  /** The LUNs that are served, and the numbers of all that could be read. */
  readonly luns: readonly LunPlan[]
  readonly numbers: readonly number[]
}

/** The plans of a TPG's ACLs. */
export function planAcls(at: AclsAt, notices: Notices): GroupAcls {
  const path = [...at.path, 'node_acls']
  const given = at.tpg.node_acls ?? []
  if (!Array.isArray(given)) {
    const so = 'nobody without an ACL may log in'
    notices.wrong(path, { wrong: `is ${describe(given)}`, right: 'a list of node ACLs', so })
    return { acls: [], complete: false }
  }
  const members = given as readonly Json[]
  const read = members.flatMap((value, index): Placed<NodeAcl>[] => {
    const acl = nodeAclKind.read(value, { path: [...path, index], notes: notices })
    return acl === undefined ? [] : [{ value: acl, path: [...path, index] }]
  })
  return { acls: withoutRivals(read, at, notices), complete: read.length === members.length }
}

/** Two ACLs of one initiator: nobody knows which is meant, so that it is let in by neither. */
function withoutRivals(acls: readonly Placed<NodeAcl>[], at: AclsAt, notices: Notices): readonly AclPlan[] {
  const plans = new Map<string, AclPlan>()
  const first = new Map<string, string>()
  for (const { value, path } of acls) {
    const plan = planAcl(value, { ...at, path }, notices)
    const before = plans.get(plan.initiator)
    plans.set(plan.initiator, before === undefined ? plan : { ...before, refused: 'it has two ACLs', luns: [] })
    if (before === undefined) first.set(plan.initiator, formatPath([...path, 'node_wwn']))
    else
      notices.wrong([...path, 'node_wwn'], {
        wrong: `is the ACL of ${plan.initiator} again, as ${first.get(plan.initiator)}`,
        right: 'one that nothing else has',
        so: 'logins of the initiator are refused',
      })
  }
  return [...plans.values()]
}

function planAcl(acl: NodeAcl, at: AclsAt, notices: Notices): AclPlan {
  const { path } = at
  const values = isJsonObject(acl.attributes) ? acl.attributes : undefined
  const attributes = { table: aclAttributes, values, path: [...path, 'attributes'] }
  noteAttributes(attributes, { notices, so: 'logins of the initiator are refused' })
  const refused = aclLoginRefusal(at.tpg, acl)
  if (refused !== undefined) notices.add(NoticeKind.refused, `logins of the initiator are refused: ${refused}`, path)
  else if (hasCredentials(acl)) noteUnusedCredentials(path, notices)
  return {
    initiator: normalizeIscsiName(acl.node_wwn),
    refused,
    luns: planMappedLuns(acl.mapped_luns ?? [], at, notices),
    ...aclSettings(acl),
  }
}

/** Says that what would be asked for is not. */
export function noteUnusedCredentials(path: JsonPath, notices: Notices): void {
  notices.add(NoticeKind.kept, 'CHAP is not built yet; these credentials are not demanded and not asked for', path)
}

/** Where a number is given twice LIO makes the first; it is read-only when any of them says so. */
function planMappedLuns(mapped: readonly Placed<MappedLun>[], at: AclsAt, notices: Notices): readonly SeenLunPlan[] {
  const { prodModeWriteProtect: all } = groupSettings(at.tpg)
  const protectedNumbers = new Set(mapped.flatMap(({ value }) => (value.write_protect === true ? [value.index] : [])))
  const first = new Map<number, string>()
  return mapped.flatMap(({ value: { index, tpg_lun: lun }, path }): SeenLunPlan[] => {
    const before = first.get(index)
    if (before === undefined) first.set(index, formatPath([...path, 'index']))
    const isMeant = before === undefined ? true : noteAgain({ index, before, path }, notices)
    const served = isMeant && isLunOf(lun, { at, path }, notices) ? at.luns.find(each => each.lun === lun) : undefined
    if (served === undefined || !isAddressable(index, [...path, 'index'], notices)) return []
    return [{ lun: index, storage: served.storage, writeProtected: all || protectedNumbers.has(index) }]
  })
}

function noteAgain(
  { index, before, path }: { readonly index: number; readonly before: string; readonly path: JsonPath },
  notices: Notices,
): false {
  const wrong = `is mapped LUN ${index} again, as ${before}`
  notices.wrong([...path, 'index'], { wrong, right: 'one that nothing else has', so: 'the first holds' })
  return false
}

function isLunOf(
  lun: number,
  { at, path }: { readonly at: AclsAt; readonly path: JsonPath },
  notices: Notices,
): boolean {
  if (at.numbers.includes(lun)) return true
  const known = at.numbers.toSorted((one, other) => one - other)
  const right = known.length === 0 ? 'a LUN of the TPG, which has none' : `a LUN of the TPG: ${known.join(', ')}`
  const wrong = `names LUN ${lun}, which the TPG does not have`
  notices.wrong([...path, 'tpg_lun'], { wrong, right, so: 'the mapped LUN is not served' })
  return false
}

/** Whether an initiator could not take a LUN's number for another; notes one that it could. */
export function isAddressable(lun: number, path: JsonPath, notices: Notices): boolean {
  if (lun < SERVED_LUNS) return true
  const text = `an initiator could take LUN ${lun} for another one, so that it is not served; right is 0 to ${SERVED_LUNS - 1}`
  notices.add(NoticeKind.refused, text, path)
  return false
}
