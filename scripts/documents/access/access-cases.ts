import {
  type AclPlan,
  type DemoModePlan,
  type DisabledGroupPlan,
  type GroupPlan,
  parseConfiguration,
  planServing,
} from '../../../packages/config/src/index.ts'
import type { Choice, Choices } from './access-choice.ts'

/** The initiator of all cases. */
export const HOST = 'iqn.2026-11.com.example:host'
/** What the credentials of an ACL, of a TPG and of discovery are. */
export const identities = {
  acl: { user: 'host', secret: 'secretofhost1', mutual: { user: 'disks', secret: 'secretofdisks' } },
  tpg: { user: 'anyone', secret: 'secretofanyone', mutual: { user: 'tpg', secret: 'secretofthetpg' } },
  rule: { user: 'ruled', secret: 'secretofrule1', mutual: { user: 'r', secret: 'secretofruled' } },
  discovery: { user: 'finder', secret: 'secretoffinder', mutual: { user: 'list', secret: 'secretofthelist' } },
  others: { user: 'other', secret: 'secretofother', mutual: { user: 'none', secret: 'secretofnobody' } },
} as const
/** Whose they are. */
export type Holder = keyof typeof identities

/** What the login of an initiator depends on. */
export const loginChoices = {
  acl: ['none', 'authentication=-1', 'authentication=0', 'authentication=1'],
  generate_node_acls: ['0', '1'],
  authentication: ['0', '1'],
  AuthMethod: ['CHAP,None', 'CHAP'],
  ofAcl: ['none', 'one-way', 'mutual'],
  ofTpg: ['none', 'one-way', 'mutual'],
} as const satisfies Choices
export type LoginChoice = Choice<typeof loginChoices>

/** What the login of an initiator depends on that an access rule lets in. */
export const ruleChoices = {
  rule: ['left out', '-1', '0', '1'],
  authentication: ['0', '1'],
  AuthMethod: ['CHAP,None', 'CHAP'],
  ofRule: ['none', 'one-way', 'mutual'],
} as const satisfies Choices
export type RuleChoice = Choice<typeof ruleChoices>

/** Of what there is about an initiator, one holds: by which LUN 0 of the TPG is seen tells which. */
export const whoChoices = {
  acl: ['yes', 'no'],
  tag: ['yes', 'no'],
  longName: ['yes', 'no'],
  shortName: ['yes', 'no'],
  smallNetwork: ['yes', 'no'],
  largeNetwork: ['yes', 'no'],
  demo: ['yes', 'no'],
} as const satisfies Choices
export type WhoChoice = Choice<typeof whoChoices>

/** The rules of such a case, by its columns. */
const RULES = {
  tag: 'tag:cluster',
  longName: 'iqn.2026-11.com.example:h*',
  shortName: 'iqn.2026-11.com.*',
  smallNetwork: '127.0.0.0/16',
  largeNetwork: '127.0.0.0/8',
} as const

/** What a discovery session depends on. */
export const discoveryChoices = {
  discovery_enable_auth: ['left out', 'false', 'true'],
  ofDiscovery: ['none', 'one-way', 'mutual'],
} as const satisfies Choices
export type DiscoveryChoice = Choice<typeof discoveryChoices>

/** What the LUNs that somebody sees depend on, and whether they can be written. */
export const lunChoices = {
  acl: ['none', 'mapped LUN', 'mapped LUN, write_protect'],
  demo_mode_write_protect: ['0', '1'],
  prod_mode_write_protect: ['0', '1'],
} as const satisfies Choices
export type LunChoice = Choice<typeof lunChoices>

/** Whether SendTargets names a target to an initiator depends on this. */
export const listChoices = {
  acl: ['none', 'its own'],
  generate_node_acls: ['0', '1'],
  demo_mode_discovery: ['0', '1'],
  enable: ['true', 'false'],
  tpg_enabled_sendtargets: ['1', '0'],
} as const satisfies Choices
export type ListChoice = Choice<typeof listChoices>

type Keys = Readonly<Record<string, string>>

function credentials(kind: string, holder: Holder, prefix: string): Keys {
  const { user, secret, mutual } = identities[holder]
  if (kind === 'none') return {}
  const own = { [`${prefix}_userid`]: user, [`${prefix}_password`]: secret }
  if (kind === 'one-way') return own
  return { ...own, [`${prefix}_mutual_userid`]: mutual.user, [`${prefix}_mutual_password`]: mutual.secret }
}

const MAPPED = [{ index: 5, tpg_lun: 0 }]

/** Where a case is told apart from others that are served beside it. */
export interface ServedCase {
  readonly target: string
  readonly tpg: object
}

/** The name of the target of the case of this number. */
export const caseTarget = (kind: string, at: number): string => `iqn.2026-11.com.example:${kind}.${at}`

const OPEN = { authentication: 0 }

/** The TPG of a login. */
export function loginTpg({ acl, generate_node_acls, authentication, AuthMethod, ofAcl, ofTpg }: LoginChoice): object {
  const own = { node_wwn: HOST, mapped_luns: MAPPED, attributes: { authentication: Number(acl.split('=')[1]) } }
  return {
    attributes: { authentication: Number(authentication), generate_node_acls: Number(generate_node_acls) },
    parameters: { AuthMethod },
    ...credentials(ofTpg, 'tpg', 'chap'),
    node_acls: acl === 'none' ? [] : [{ ...own, ...credentials(ofAcl, 'acl', 'chap') }],
  }
}

/** An ACL has no credentials where there is no ACL. */
export const isLoginCase = ({ acl, ofAcl }: LoginChoice): boolean => acl !== 'none' || ofAcl === 'none'

/** The TPG and the rule of a login by one. */
export function ruledTpg(target: string, { rule, authentication, AuthMethod, ofRule }: RuleChoice): RuledCase {
  return {
    target,
    tpg: { attributes: { authentication: Number(authentication) }, parameters: { AuthMethod } },
    rules: [
      {
        initiators: RULES.largeNetwork,
        ...(rule !== 'left out' && { authentication: Number(rule) }),
        ...credentials(ofRule, 'rule', 'chap'),
      },
    ],
  }
}

/** By which number each that may hold shows LUN 0 of the TPG. */
export const numbersOf: Readonly<Record<keyof WhoChoice, number>> = {
  acl: 1,
  tag: 2,
  longName: 3,
  shortName: 4,
  smallNetwork: 5,
  largeNetwork: 6,
  demo: 0,
}

/** The TPG and the rules of which one holds. */
export function whoTpg(target: string, choice: WhoChoice): RuledCase {
  const mapped = (kind: keyof WhoChoice) => ({ mapped_luns: [{ index: numbersOf[kind], tpg_lun: 0 }] })
  const names = Object.keys(RULES) as (keyof typeof RULES)[]
  return {
    target,
    tpg: {
      attributes: { ...OPEN, generate_node_acls: Number(choice.demo === 'yes') },
      node_acls: choice.acl === 'yes' ? [{ node_wwn: HOST, ...mapped('acl') }] : [],
    },
    rules: names.filter(name => choice[name] === 'yes').map(name => ({ initiators: RULES[name], ...mapped(name) })),
  }
}

/** A TPG elsewhere in the file, whose ACL of the initiator has the tag. */
const TAGGED: ServedCase = {
  target: caseTarget('tagged', 0),
  tpg: { node_acls: [{ node_wwn: HOST, tag: 'cluster' }], portals: [] },
}

/** A case that has access rules beside its TPG. */
export interface RuledCase extends ServedCase {
  readonly rules: readonly object[]
}

/** A file of cases that have access rules. */
export function ruledFile(cases: readonly RuledCase[]): string {
  const access_rules = cases.flatMap(({ target, rules }) => rules.map(rule => ({ target, tag: 1, ...rule })))
  return caseFile([...cases, TAGGED], { lunkit: { access_rules } })
}

/** The TPG of a session that looks at LUNs. */
export function lunTpg({ acl, demo_mode_write_protect, prod_mode_write_protect }: LunChoice): object {
  const write_protect = acl.endsWith('write_protect')
  return {
    attributes: {
      ...OPEN,
      generate_node_acls: 1,
      demo_mode_write_protect: Number(demo_mode_write_protect),
      prod_mode_write_protect: Number(prod_mode_write_protect),
    },
    node_acls: acl === 'none' ? [] : [{ node_wwn: HOST, mapped_luns: [{ ...MAPPED[0], write_protect }] }],
  }
}

/** The TPG of a target that is listed, or is not. */
export function listTpg({ acl, enable, ...attributes }: ListChoice): object {
  return {
    enable: enable === 'true',
    attributes: {
      ...OPEN,
      ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, Number(value)])),
    },
    node_acls: acl === 'none' ? [] : [{ node_wwn: HOST, mapped_luns: MAPPED }],
  }
}

/** The fabric's settings of a discovery session. */
export function discoveryFabric({ discovery_enable_auth: enabled, ofDiscovery }: DiscoveryChoice): object {
  const on = enabled === 'left out' ? {} : { discovery_enable_auth: enabled === 'true' }
  return { name: 'iscsi', ...on, ...credentials(ofDiscovery, 'discovery', 'discovery') }
}

/** A saveconfig.json of targets with one LUN each. */
export function caseFile(cases: readonly ServedCase[], rest: object = {}): string {
  const common = {
    tag: 1,
    luns: [{ index: 0, storage_object: '/backstores/ramdisk/rd0' }],
    portals: [{ ip_address: '127.0.0.1', port: 0 }],
  }
  const targets = cases.map(({ target, tpg }) => ({ fabric: 'iscsi', wwn: target, tpgs: [{ ...common, ...tpg }] }))
  const storage_objects = [{ plugin: 'ramdisk', name: 'rd0', size: 1024 * 1024 }]
  return JSON.stringify({ storage_objects, targets, ...rest })
}

/** The plan of the group of one case. @throws {Error} where it is not served. */
export function groupOf(tpg: object): GroupPlan {
  const file = caseFile([{ target: caseTarget('case', 0), tpg }])
  const [group] = planServing(parseConfiguration(file)).targets[0]?.groups ?? []
  if (!group) throw new Error('the TPG of a case is not served')
  return group
}

/** The same of a case whose TPG is disabled. */
export function disabledGroupOf(tpg: object): DisabledGroupPlan {
  const file = caseFile([{ target: caseTarget('case', 0), tpg }])
  return planServing(parseConfiguration(file)).targets[0]?.disabled[0] as DisabledGroupPlan
}

/** The plan of the group of a case that has access rules. */
export function ruledGroup({ target, tpg, rules }: RuledCase): GroupPlan {
  const [planned] = planServing(parseConfiguration(ruledFile([{ target, tpg, rules }]))).targets
  return planned?.groups[0] as GroupPlan
}

/** What the initiator of the cases has in a group. */
export const planOfHost = ({ acls, demoMode }: GroupPlan): AclPlan | DemoModePlan | undefined =>
  acls.find(({ initiator }) => initiator === HOST) ?? demoMode
