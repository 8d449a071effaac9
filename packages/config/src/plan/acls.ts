import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import type { Json } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { normalizeIscsiName } from '../names.ts'
import type { MappedLun, Tpg } from '../saveconfig.ts'
import { nodeAclKind } from '../saveconfig.ts'
import type { Placed } from '../schema/kind.ts'
import { describe } from '../schema/kind.ts'
import { textIn } from '../schema/lenient.ts'
import { someNames } from '../some-names.ts'
import { aclAttributes } from '../tables/access-attributes.ts'
import { SERVED_LUNS } from '../tables/lun-numbers.ts'
import { aclSettings } from './access-settings.ts'
import { noteAttributes } from './attributes.ts'
import type { LoginRules } from './authentication.ts'
import { aclLogin, noteCredentials, noteMutual } from './authentication.ts'
import { credentialsOf } from './credentials.ts'
import { OPEN } from './login-plan.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import { partsOf } from './own-login.ts'
import type { OwnGroupLogins } from './own-logins.ts'
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
  readonly rules: LoginRules
  /** What lunkit's own settings say of its logins. */
  readonly logins: OwnGroupLogins
  /** LUNs are read-only to initiators that have an ACL. */
  readonly writeProtected: boolean
  /** The LUNs that are served. */
  readonly luns: readonly LunPlan[]
}

/** What an ACL may give: LUNs by number, served or not. */
interface Lunlist {
  readonly served: ReadonlyMap<number, LunPlan>
  readonly numbers: ReadonlySet<number>
}

/** From what LUNs are mapped, and how. */
export type MappingAt = Pick<AclAt, 'known' | 'writeProtected'>

interface AclAt extends AclsAt {
  readonly known: Lunlist
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
  const { luns, rules, writeProtected, tpg, logins } = at
  const known = {
    served: new Map(luns.map(lun => [lun.lun, lun])),
    numbers: new Set((tpg.luns ?? []).map(({ value }) => value.index)),
  }
  const context = [luns, tpg.luns, writeProtected, ...Object.values(rules)]
  const members = given as readonly Json[]
  const plans = members.map((value, index): Placed<AclPlan | undefined> => {
    const place = [...path, index]
    const make = (inner: Notices) => planAcl(value, { ...at, known, path: place }, inner)
    const own = partsOf(logins.ofAcl((isJsonObject(value) && textIn(value, 'node_wwn')) || ''))
    const part = {
      by: planAcl,
      of: value,
      path: place,
      context: [...context, ...own],
      make,
      moved: (made: AclPlan | undefined) => made,
    }
    return { value: notices.recall(part), path: place }
  })
  return { acls: withoutRivals(plans, notices), complete: plans.every(({ value }) => value !== undefined) }
}

/** Two ACLs of one initiator: nobody knows which is meant, so that it is let in by neither. */
function withoutRivals(given: readonly Placed<AclPlan | undefined>[], notices: Notices): readonly AclPlan[] {
  const plans = new Map<string, AclPlan>()
  const first = new Map<string, JsonPath>()
  for (const { value: plan, path } of given) {
    if (plan === undefined) continue
    const before = plans.get(plan.initiator)
    plans.set(
      plan.initiator,
      before === undefined ? plan : { ...before, refused: 'it has two ACLs', proof: OPEN, luns: [] },
    )
    if (before === undefined) first.set(plan.initiator, path)
    else
      notices.wrong([...path, 'node_wwn'], {
        wrong: `is the ACL of ${plan.initiator} again, as ${formatPath([...(first.get(plan.initiator) ?? []), 'node_wwn'])}`,
        right: 'one that nothing else has',
        so: 'logins of the initiator are refused',
      })
  }
  return [...plans.values()]
}

/** The plan of an ACL; undefined, and noted, when it cannot be read. */
function planAcl(value: Json, at: AclAt, notices: Notices): AclPlan | undefined {
  const { path } = at
  const acl = nodeAclKind.read(value, { path, notes: notices })
  if (acl === undefined) return undefined
  const values = isJsonObject(acl.attributes) ? acl.attributes : undefined
  const attributes = { table: aclAttributes, values, path: [...path, 'attributes'] }
  noteAttributes(attributes, { notices, so: 'logins of the initiator are refused' })
  const settings = aclSettings(acl)
  const own = at.logins.ofAcl(acl.node_wwn)
  const found = credentialsOf(acl, own)
  const { refused, proof } = aclLogin(at.rules, { acl, settings, found })
  if (refused !== undefined) notices.add(NoticeKind.refused, `logins of the initiator are refused: ${refused}`, path)
  noteCredentials(found, path, notices)
  if (refused === undefined) noteMutual({ proof, refused }, own, { path, notices })
  return {
    initiator: normalizeIscsiName(acl.node_wwn),
    refused,
    proof,
    luns: planMappedLuns(acl.mapped_luns ?? [], at, notices),
    ...settings,
  }
}

/** Where a number is given twice LIO makes the first; it is read-only when any of them says so. */
export function planMappedLuns(
  mapped: readonly Placed<MappedLun>[],
  at: MappingAt,
  notices: Notices,
): readonly SeenLunPlan[] {
  const protectedNumbers = new Set<number>()
  for (const { value } of mapped) if (value.write_protect === true) protectedNumbers.add(value.index)
  const first = new Map<number, JsonPath>()
  const seen: SeenLunPlan[] = []
  for (const { value, path } of mapped) {
    const { index, tpg_lun: lun } = value
    const before = first.get(index)
    if (before === undefined) first.set(index, path)
    const isMeant = before === undefined ? true : noteAgain({ index, before, path }, notices)
    const served = isMeant && isLunOf(lun, { at, path }, notices) ? at.known.served.get(lun) : undefined
    if (served === undefined || !isAddressable(index, [...path, 'index'], notices)) continue
    seen.push({ lun: index, storage: served.storage, writeProtected: at.writeProtected || protectedNumbers.has(index) })
  }
  return seen
}

function noteAgain(
  { index, before, path }: { readonly index: number; readonly before: JsonPath; readonly path: JsonPath },
  notices: Notices,
): false {
  const wrong = `is mapped LUN ${index} again, as ${formatPath([...before, 'index'])}`
  notices.wrong([...path, 'index'], { wrong, right: 'one that nothing else has', so: 'the first holds' })
  return false
}

function isLunOf(
  lun: number,
  { at, path }: { readonly at: MappingAt; readonly path: JsonPath },
  notices: Notices,
): boolean {
  const { numbers } = at.known
  if (numbers.has(lun)) return true
  const known = [...numbers].sort((one, other) => one - other)
  const right = known.length === 0 ? 'a LUN of the TPG, which has none' : `a LUN of the TPG: ${someNames(known)}`
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
