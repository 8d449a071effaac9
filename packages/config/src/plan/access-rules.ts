import type { JsonPath } from '../json/path.ts'
import { formatPath } from '../json/path.ts'
import { isJsonObject } from '../json/value.ts'
import { normalizeIscsiName } from '../names.ts'
import { formatRuleInitiators, parseRuleInitiators, type RuleInitiators } from '../rule-initiators.ts'
import type { AccessRuleSettings, Configuration, LunkitSettings } from '../saveconfig.ts'
import type { Placed } from '../schema/kind.ts'
import { textIn } from '../schema/lenient.ts'
import { aclSettings } from './access-settings.ts'
import { isAddressable, planMappedLuns } from './acls.ts'
import { noteCredentials, noteMutual, ruleLogin } from './authentication.ts'
import { groupKey, withGroups } from './changed-groups.ts'
import { credentialsOf } from './credentials.ts'
import { OPEN } from './login-plan.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import type { OwnLogins } from './own-logins.ts'
import type { GroupPlan, RuleMatchPlan, RulePlan, SeenLunPlan, TargetPlan } from './serving-plan.ts'

type Given = LunkitSettings['access_rules']
type PlacedRule = Placed<AccessRuleSettings>

const INITIATORS = 'initiators'

/** The rules of a file, and what else of it they depend on. */
interface RulesOfFile {
  readonly rules: Given
  readonly configuration: Configuration
  readonly logins: OwnLogins
}

/** Targets with who is let in without an ACL; what has no rule stays the same objects. */
export function withAccessRules(
  targets: readonly TargetPlan[],
  { rules: given, configuration, logins }: RulesOfFile,
  notices: Notices,
): readonly TargetPlan[] {
  if (given === undefined || given.length === 0) return targets
  const byGroup = Map.groupBy(given, ({ value }) => groupKey(value.target, value.tag))
  const tagged = given.some(({ value }) => value.initiators.startsWith('tag:')) ? taggedIn(configuration) : NOBODY
  const served = new Set<string>()
  const changed = targets.map(target =>
    withGroups(target, (group, key) => {
      served.add(key)
      const own = byGroup.get(key)
      return own === undefined ? group : { ...group, rules: planRules(own, { group, tagged, logins }, notices) }
    }),
  )
  for (const { value, path } of given)
    if (!served.has(groupKey(value.target, value.tag)))
      notices.add(
        NoticeKind.unused,
        `no TPG ${value.tag} of ${value.target} is served; the access rule lets nobody in`,
        path,
      )
  return changed
}

type Tagged = ReadonlyMap<string, ReadonlySet<string>>
const NOBODY: Tagged = new Map()

/** The initiators of each tag, wherever an ACL has it. */
function taggedIn({ targets }: Configuration): Tagged {
  const tagged = new Map<string, Set<string>>()
  for (const acl of membersOf(targets)
    .flatMap(target => membersOf(target['tpgs']))
    .flatMap(tpg => membersOf(tpg['node_acls']))) {
    const [tag, name] = [textIn(acl, 'tag'), textIn(acl, 'node_wwn')]
    if (!tag || !name) continue
    const names = tagged.get(tag) ?? new Set()
    tagged.set(tag, names.add(normalizeIscsiName(name)))
  }
  return tagged
}

const membersOf = (list: unknown) => (Array.isArray(list) ? list.filter(isJsonObject) : [])

interface RulesAt {
  readonly group: GroupPlan
  readonly tagged: Tagged
  readonly logins: OwnLogins
}

function planRules(given: readonly PlacedRule[], at: RulesAt, notices: Notices): readonly RulePlan[] {
  const rules = given.map(rule => planRule(rule, at, notices))
  // Of what is equally specific the first holds: those who are refused come before the rules that are about them.
  return [...sharedMembers(rules, given, notices), ...withoutRivals(rules, given, notices)]
}

function planRule({ value, path }: PlacedRule, { group, tagged, logins }: RulesAt, notices: Notices): RulePlan {
  const initiators = parseRuleInitiators(value.initiators) as RuleInitiators
  const { authentication } = value
  const settings = aclSettings({ node_wwn: '', attributes: authentication === undefined ? {} : { authentication } })
  const own = logins.ofRule({ value, path })
  const found = credentialsOf(value, own)
  const name = formatRuleInitiators(initiators)
  const { refused, proof } = ruleLogin(group.demands, { settings, found })
  if (refused !== undefined)
    notices.add(NoticeKind.refused, `logins by the access rule ${name} are refused: ${refused}`, path)
  noteCredentials(found, path, notices)
  if (refused === undefined) noteMutual({ proof, refused }, own, { path, notices })
  const match = matchOf(initiators, tagged)
  if (match.kind === 'names' && match.names.length === 0)
    notices.add(NoticeKind.unused, `no ACL of the file has the tag of the access rule ${name}; it lets nobody in`, path)
  return { name, match, refused, proof, luns: ruleLuns({ value, path }, group, notices), ...settings }
}

const matchOf = (initiators: RuleInitiators, tagged: Tagged): RuleMatchPlan =>
  initiators.kind === 'tag' ? { kind: 'names', names: [...(tagged.get(initiators.tag) ?? [])] } : initiators

/** The LUNs that a rule maps; where it maps none, those of the TPG by their own numbers. */
function ruleLuns({ value, path }: PlacedRule, group: GroupPlan, notices: Notices): readonly SeenLunPlan[] {
  const writeProtected = group.prodModeWriteProtect || value.write_protect === true
  if (value.mapped_luns === undefined)
    return group.luns.filter(({ lun }) => isAddressable(lun, path, notices)).map(lun => ({ ...lun, writeProtected }))
  const known = {
    served: new Map(group.luns.map(lun => [lun.lun, lun])),
    numbers: new Set([...group.luns, ...group.unserved].map(({ lun }) => lun)),
  }
  return planMappedLuns(value.mapped_luns, { known, writeProtected }, notices)
}

/** Two rules about the same initiators: nobody knows which is meant, so that they are let in by neither. */
function withoutRivals(
  rules: readonly RulePlan[],
  given: readonly PlacedRule[],
  notices: Notices,
): readonly RulePlan[] {
  const first = new Map<string, JsonPath>()
  const plans = new Map<string, RulePlan>()
  for (const [at, rule] of rules.entries()) {
    const path = [...(given[at] as PlacedRule).path, INITIATORS]
    const before = first.get(rule.name)
    plans.set(rule.name, before === undefined ? rule : { ...rule, refused: 'it is there twice', proof: OPEN, luns: [] })
    if (before === undefined) first.set(rule.name, path)
    else
      notices.wrong(path, {
        wrong: `is ${rule.name} again, as ${formatPath(before)}`,
        right: 'one that no other rule of the TPG has',
        so: 'logins by it are refused',
      })
  }
  return [...plans.values()]
}

/** Initiators that have two of the tags of rules. */
function sharedMembers(
  rules: readonly RulePlan[],
  given: readonly PlacedRule[],
  notices: Notices,
): readonly RulePlan[] {
  const rulesOf = new Map<string, RulePlan>()
  const shared = new Map<string, RulePlan>()
  for (const [at, rule] of rules.entries()) {
    const { match, name } = rule
    for (const initiator of match.kind === 'names' ? match.names : []) {
      const before = rulesOf.get(initiator) ?? rule
      rulesOf.set(initiator, before)
      if (before.name === name) continue
      notices.wrong([...(given[at] as PlacedRule).path, INITIATORS], {
        wrong: `has ${initiator}, as ${before.name} has`,
        right: 'a tag that shares no initiator with that of another rule of the TPG',
        so: 'logins of the initiator are refused',
      })
      const refused = `the access rules ${before.name} and ${name} are both about it`
      shared.set(initiator, {
        ...rule,
        name: initiator,
        match: { kind: 'names', names: [initiator] },
        refused,
        proof: OPEN,
        luns: [],
      })
    }
  }
  return [...shared.values()]
}
