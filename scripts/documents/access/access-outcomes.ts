import { groupSettings, loginProof } from '../../../apps/target/src/serving/group-settings.ts'
import { type LoginPlan, parseConfiguration, planServing } from '../../../packages/config/src/index.ts'
import { LoginStatus } from '../../../packages/pdu/src/index.ts'
import { AccessRules } from '../../../packages/target/src/index.ts'
import { LoginRefusal } from '../../../packages/target/src/login/login-refusal.ts'
import { notLetIn } from '../../../packages/target/src/login/login-subject.ts'
import { checkProvable, methodsOf, SecurityStage } from '../../../packages/target/src/login/security-stage.ts'
import {
  caseFile,
  caseTarget,
  type DiscoveryChoice,
  disabledGroupOf,
  discoveryFabric,
  groupOf,
  HOST,
  type ListChoice,
  type LoginChoice,
  type LunChoice,
  listTpg,
  loginTpg,
  lunTpg,
  planOfHost,
  type RuleChoice,
  ruledGroup,
  ruledTpg,
  type WhoChoice,
  whoTpg,
} from './access-cases.ts'

/** What an initiator says of itself in a login, by column. */
export const attempts = ['nothing', 'chap', 'mutual', 'others'] as const
export type Attempt = (typeof attempts)[number]

/** What comes of a login. */
export interface LoginOutcome {
  readonly status: number
  /** In words, where it is refused. */
  readonly why: string
  /** Whether the initiator has proved who it is. */
  readonly proven: boolean
}

/** How the initiator is called in reasons. */
export const WHO = 'the initiator'

const IN: LoginOutcome = { status: LoginStatus.success, why: '', proven: false }
const refusal = ({ status, message: why }: LoginRefusal): LoginOutcome => ({ status, why, proven: false })
const unproven = (why: string): LoginOutcome => ({ status: LoginStatus.authenticationFailure, why, proven: false })

/** What a check says against a login. */
function refusalOf(check: () => void): LoginOutcome | undefined {
  try {
    check()
    return undefined
  } catch (error) {
    if (error instanceof LoginRefusal) return refusal(error)
    throw error
  }
}

/** What comes of each attempt by what the plan says of who logs in; `who` is in the reasons. */
export function outcomesOf(plan: LoginPlan | undefined, who: string): Readonly<Record<Attempt, LoginOutcome>> {
  const all = (outcome: LoginOutcome) => ({ nothing: outcome, chap: outcome, mutual: outcome, others: outcome })
  if (!plan) return all(refusal(notLetIn(WHO, 1)))
  const proof = loginProof(plan)
  const refused = refusalOf(() => checkProvable(proof, () => who))
  if (refused) return all(refused)
  const methods: readonly string[] = methodsOf(proof)
  const none = refusalOf(() => new SecurityStage(proof).checkLeft()) ?? IN
  if (!methods.includes('CHAP'))
    return { nothing: none, chap: none, mutual: unproven('AuthMethod=CHAP names no method taken'), others: none }
  const unable = unproven('the initiator asks the target to prove itself, which has no credentials for that')
  return {
    nothing: none,
    chap: { ...IN, proven: true },
    mutual: proof.credentials?.mutual ? { ...IN, proven: true } : unable,
    others: unproven('CHAP_N is not the name that is expected'),
  }
}

/** What comes of each attempt of a login. */
export const loginOutcomes = (choice: LoginChoice): ReturnType<typeof outcomesOf> =>
  outcomesOf(planOfHost(groupOf(loginTpg(choice))), WHO)

/** What comes of each attempt of a login by an access rule. */
export const ruleOutcomes = (choice: RuleChoice): ReturnType<typeof outcomesOf> =>
  outcomesOf(ruledGroup(ruledTpg(caseTarget('case', 0), choice)).rules?.[0], WHO)

/** Where the initiator of the cases comes from. */
const FROM = '127.0.0.1'

/** The number by which the initiator sees LUN 0 of the TPG; undefined: it is not let in. */
export function seenNumber(choice: WhoChoice): number | undefined {
  const group = ruledGroup(whoTpg(caseTarget('case', 0), choice))
  const rules = groupSettings(group).rules ?? []
  const holding = new AccessRules(rules).find(HOST, FROM)
  const own = group.acls.find(({ initiator }) => initiator === HOST)
  const seen = own ?? group.rules?.find(({ name }) => name === holding?.name) ?? group.demoMode
  return seen?.luns[0]?.lun
}

/** What comes of each attempt of a discovery session. */
export function discoveryOutcomes(choice: DiscoveryChoice): ReturnType<typeof outcomesOf> {
  const file = caseFile([], { fabric_modules: [discoveryFabric(choice)] })
  return outcomesOf(planServing(parseConfiguration(file)).discovery, `${WHO}, for discovery,`)
}

/** What somebody sees: a LUN by its number, and whether it can be written. */
export interface LunOutcome {
  readonly lun: number
  readonly writable: boolean
}

/** Which LUNs the initiator sees. */
export const lunOutcomes = (choice: LunChoice): readonly LunOutcome[] =>
  (planOfHost(groupOf(lunTpg(choice)))?.luns ?? []).map(({ lun, writeProtected }) => ({
    lun,
    writable: !writeProtected,
  }))

/** Whether SendTargets names the target to the initiator. */
export function isNamed(choice: ListChoice): boolean {
  if (choice.enable === 'false') {
    const { listed, toldTo } = disabledGroupOf(listTpg(choice))
    return listed && (toldTo === undefined || toldTo.includes(HOST))
  }
  const group = groupOf(listTpg(choice))
  return group.discoverableByAll || planOfHost(group) !== undefined
}
