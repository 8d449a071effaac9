import type { StoragePlan } from '../plugins/plugins.ts'
import type { PortalAddress } from '../portal-address.ts'
import type { RuleInitiators } from '../rule-initiators.ts'
import type { AclSettings, TpgSettings } from '../tables/access-attributes.ts'
import type { LimitSettings } from '../tables/limit-settings.ts'
import type { ParameterSettings, TpgParameter } from '../tables/tpg-parameters.ts'
import type { LoginRules } from './authentication.ts'
import type { LoginPlan } from './login-plan.ts'
import type { Notice } from './notice.ts'

/** A LUN of a portal group. */
export interface LunPlan {
  readonly lun: number
  /** The StoragePlan's `key`. */
  readonly storage: string
}

/** A LUN as one initiator, or every one without an ACL, sees it. */
export interface SeenLunPlan extends LunPlan {
  readonly writeProtected: boolean
}

/** A LUN of a portal group that is not served. */
export interface UnservedLun {
  readonly lun: number
  /** What the file names as its storage object: a StoragePlan's `key`, or what it says where there is none. */
  readonly storage: string
  /** Where in the configuration: `targets[0].tpgs[0].luns[0]`. */
  readonly path: string
  /** In words, without a full stop. */
  readonly why: string
}

/** What one initiator may do. */
export interface AclPlan extends AclSettings, LoginPlan {
  /** Normalized. */
  readonly initiator: string
  readonly luns: readonly SeenLunPlan[]
}

/** Whom an access rule is about. */
export type RuleMatchPlan =
  /** Normalized; those whose ACLs have a tag. */
  { readonly kind: 'names'; readonly names: readonly string[] } | Exclude<RuleInitiators, { readonly kind: 'tag' }>

/** What those may do who are let in by an access rule. */
export interface RulePlan extends AclSettings, LoginPlan {
  /** As it is written in its one form; no other rule of the group has it. */
  readonly name: string
  readonly match: RuleMatchPlan
  readonly luns: readonly SeenLunPlan[]
}

/** What an initiator without an ACL may do; LIO's demo mode. */
export interface DemoModePlan extends LoginPlan {
  readonly luns: readonly SeenLunPlan[]
}

/** What is offered in a login, by the keys of RFC 7143; TargetAlias is declared. */
export type LoginOffers = Omit<ParameterSettings, 'demandsChap'>

/** Where logins to a portal group are sent. */
export interface RedirectionPlan {
  /** Whose, normalized; undefined: those of all who have none of their own. */
  readonly initiator: string | undefined
  readonly host: string
  readonly port: number
  /** Whether the target has moved there for good. */
  readonly permanent: boolean
}

/** A target portal group that is served. */
export interface GroupPlan extends TpgSettings {
  readonly tag: number
  /** Where in the configuration: `targets[0].tpgs[0]`. */
  readonly path: string
  readonly portals: readonly PortalAddress[]
  readonly luns: readonly LunPlan[]
  /** The LUNs that could be read and are not served. */
  readonly unserved: readonly UnservedLun[]
  readonly acls: readonly AclPlan[]
  /** Undefined: initiators without an ACL are not let in. */
  readonly demoMode: DemoModePlan | undefined
  /** The text keys as the administrator limits them, all of them. */
  readonly parameters: Readonly<Record<TpgParameter, string>>
  /** What of them a login offers, by the keys of RFC 7143. */
  readonly offers: LoginOffers
  /** What it asks of logins. */
  readonly demands: LoginRules
  /** Where logins are sent instead of being let in; left out: nowhere. */
  readonly redirections?: readonly RedirectionPlan[]
  /** Who is let in without an ACL, in the order of the file; left out: nobody, but for demo mode. */
  readonly rules?: readonly RulePlan[]
  /** Portals that are for discovery alone; left out: none. */
  readonly discoveryOnly?: readonly PortalAddress[]
}

/** A target portal group that is disabled: what discovery and those who try to log in are told of it. */
export interface DisabledGroupPlan {
  readonly tag: number
  /** They are not opened. */
  readonly portals: readonly PortalAddress[]
  /** Whether discovery tells of it. */
  readonly listed: boolean
  /** Whom, normalized; undefined: everybody. */
  readonly toldTo: readonly string[] | undefined
}

/** A target with the groups of it that are enabled, and those that are not. */
export interface TargetPlan {
  /** Normalized. */
  readonly name: string
  /** Where in the configuration: `targets[0]`. */
  readonly path: string
  readonly groups: readonly GroupPlan[]
  readonly disabled: readonly DisabledGroupPlan[]
}

/** An iSNS server that targets are registered with. */
export interface IsnsServerPlan {
  /** As it is written. */
  readonly server: string
  readonly host: string
  readonly port: number
  /** The entity identifier; undefined: one that is made of this machine and its configuration. */
  readonly entity: string | undefined
}

/** What a configuration means to the lunkit of today. Nothing was opened to find out. */
export interface ServingPlan {
  /** The storage objects that LUNs of enabled groups use. */
  readonly storage: readonly StoragePlan[]
  readonly targets: readonly TargetPlan[]
  /** How many LUNs the file has in TPGs that nobody turned off. */
  readonly lunsInFile: number
  /** How discovery sessions log in. */
  readonly discovery: LoginPlan
  /** The iSNS servers, each once. */
  readonly isns: readonly IsnsServerPlan[]
  /** The limits against abuse that the administrator sets; for the others the target's own defaults hold. */
  readonly limits: LimitSettings
  /** Threads that do what may block: as many as the server has started with. */
  readonly lanes: number
  /** The processors that these run on, as the server has started with them; undefined: any. */
  readonly laneCpus: readonly number[] | undefined
  /** In which of these threads storage objects are done, by their keys; of the others nobody says. */
  readonly lanePlacement: Readonly<Record<string, number>>
  /** Microseconds for which threads look for more work before they sleep. */
  readonly pollUs: number
  readonly notices: readonly Notice[]
}
