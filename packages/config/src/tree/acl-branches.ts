import { loginIn } from '../edits/login-place.ts'
import { numberIn } from '../edits/target-place.ts'
import { credentialsIn } from '../edits/values.ts'
import type { JsonObject } from '../json/value.ts'
import { normalizeIscsiName } from '../names.ts'
import { meaningOf, own } from '../schema/kind.ts'
import { textIn, toggle } from '../schema/lenient.ts'
import type { Branch, Info } from './branch.ts'
import { counting, eachOf, LEAF } from './branch.ts'
import { chapWords } from './chap-words.ts'
import { loginInfo } from './login-info.ts'
import { lunOf, storageBehind } from './lun-branches.ts'
import type { NamedMembers } from './name-index.ts'
import { indexedBy, membersOf, named } from './name-index.ts'
import { ruleLine, rulesOf } from './rule-lines.ts'
import type { TpgPlace } from './tpg-place.ts'
import { isOn } from './tpg-place.ts'
import type { TreeFacts } from './tree-facts.ts'
import { sessionsOf } from './tree-facts.ts'
import type { Summary } from './tree-node.ts'
import { NodeKind } from './tree-node.ts'

/** ACLs of one tag are one node. */
type Group = NamedMembers

const wwnOf = (acl: JsonObject): string => textIn(acl, 'node_wwn') ?? ''
const nameOf = (acl: JsonObject): string => textIn(acl, 'tag') || wwnOf(acl)
const byName = indexedBy({ namesOf: named(nameOf), normalize: normalizeIscsiName })
const byWwn = indexedBy({ namesOf: named(wwnOf), normalize: normalizeIscsiName })
const byNumber = indexedBy({
  namesOf: named(mapped => {
    const index = numberIn(mapped, 'index')
    return index === undefined ? undefined : `mapped_lun${index}`
  }),
})

function mappedSummary(place: TpgPlace, mapped: JsonObject): Summary {
  const number = numberIn(mapped, 'tpg_lun')
  const lun = number === undefined ? undefined : lunOf(place, number)
  if (lun === undefined) return { summary: 'BROKEN LUN LINK', healthy: false }
  const storage = storageBehind(place, lun)
  if (storage === undefined) return { summary: 'BROKEN STORAGE LINK', healthy: false }
  // A switch that cannot be read protects.
  const isProtected = meaningOf(toggle, own(mapped, 'write_protect') ?? false) !== false
  return { summary: `lun${number} ${storage.key} (${isProtected ? 'ro' : 'rw'})`, healthy: true }
}

/** What a tag stands for; nothing of an ACL that has none. */
function members(acls: Group): readonly string[] {
  const [first] = acls
  if (nameOf(first) === wwnOf(first)) return []
  return [acls.length > 1 ? `(group of ${acls.length})` : `(${wwnOf(first)})`]
}

/** What the initiator is asked for, where the TPG asks. */
function authOf(place: TpgPlace, acl: JsonObject): { words: readonly string[]; healthy?: boolean } {
  if (!place.features.includes('auth') || !isOn(place, 'authentication')) return { words: [] }
  if (isOn(place, 'generate_node_acls')) return { words: ['auth via tpg'] }
  const { words, healthy } = chapWords(credentialsIn(acl, 'chap_', loginOf(place, acl)))
  return { words: [words], healthy }
}

/** How many sessions its initiators have; undefined: nobody knows of any of them. */
function sessionsOfGroup(facts: TreeFacts, place: TpgPlace, acls: Group): number | undefined {
  const counts = acls.flatMap(acl => sessionsOf(facts, { ...place.at, initiator: wwnOf(acl) }) ?? [])
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0)
}

const loginOf = (place: TpgPlace, acl: JsonObject): JsonObject =>
  loginIn(place.document, { ...place.at, initiator: wwnOf(acl) })

function aclInfo(place: TpgPlace, acls: Group): Info {
  return { ...acls[0], ...loginInfo(loginOf(place, acls[0])), node_wwn: undefined, wwns: acls.map(wwnOf) }
}

function aclBranch(place: TpgPlace, acls: Group): Branch {
  const [first] = acls
  const mapped = () => byNumber(membersOf(first, 'mapped_luns'))
  return {
    kind: NodeKind.acl,
    summary(facts) {
      const { words, healthy } = authOf(place, first)
      const parts = [...members(acls), ...words, `Mapped LUNs: ${mapped().names.length}`]
      return { summary: parts.join(', '), healthy, sessions: sessionsOfGroup(facts, place, acls) }
    },
    info: () => aclInfo(place, acls),
    ...eachOf(mapped, ([each]) => ({
      kind: NodeKind.mappedLun,
      summary: () => mappedSummary(place, each),
      info: () => each,
      ...LEAF,
    })),
  }
}

/** The node ACLs of a TPG. One that has a tag is found by its initiator, too, as edits name it. */
export function aclsBranch(place: TpgPlace): Branch {
  const acls = membersOf(place.tpg, 'node_acls')
  const of = (group: Group | undefined) => group && aclBranch(place, group)
  const ofTag = (initiator: Group | undefined) => of(initiator && byName(acls).get(nameOf(initiator[0])))
  const rules = rulesOf(place)
  const branch = counting(NodeKind.acls, 'ACLs', {
    names: () => byName(acls).names,
    child: name => of(byName(acls).get(name)) ?? ofTag(byWwn(acls).get(name)),
    childLike: name => of(byName(acls).getLike(name)) ?? ofTag(byWwn(acls).getLike(name)),
  })
  if (rules.length === 0) return branch
  return {
    ...branch,
    summary: facts => ({ summary: `${branch.summary(facts).summary}, access rules: ${rules.length}` }),
    info: () => rules.map(ruleLine),
  }
}
