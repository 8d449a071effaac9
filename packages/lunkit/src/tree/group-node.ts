import type { PortGroup } from '@lunkit/scsi-engine'
import {
  type AccessPolicy,
  AccessRules,
  DEFAULT_ACCESS,
  type InitiatorAccess,
  type PortalAddress,
  type PortalGroup,
} from '@lunkit/target'
import type { GroupSettings } from './group-settings.ts'
import { LunTable } from './lun-table.ts'

/** What one initiator may do: how it is treated where that differs from all others, and what it sees. */
export interface Acl {
  readonly access: Partial<InitiatorAccess>
  readonly table: LunTable
}

function ruledAccess(rules: AccessRules, name: string, host: string): Partial<InitiatorAccess> | undefined {
  const rule = rules.find(name, host)
  return rule && { ...rule.access, rule: rule.name }
}

/** A portal group of the tree. */
export class GroupNode {
  readonly targetName: string
  readonly tag: number
  /** The engine's side of it. */
  readonly router: PortGroup
  #settings: GroupSettings = {}
  #rules = new AccessRules([])
  /** What those see who are let in by a rule, by its name. */
  readonly ruleTables = new Map<string, LunTable>()
  portals: readonly PortalAddress[] = []
  readonly acls = new Map<string, Acl>()
  /** What initiators without an ACL may do; undefined: they may not log in. */
  demoMode: Partial<InitiatorAccess> | undefined
  readonly demoTable: LunTable

  constructor(router: PortGroup, settings: GroupSettings) {
    this.targetName = router.targetName
    this.tag = router.tag
    this.router = router
    this.settings = settings
    for (const { name } of settings.rules ?? []) this.ruleTables.set(name, this.newRuleTable(name))
    this.demoTable = new LunTable(router, undefined)
  }

  get settings(): GroupSettings {
    return this.#settings
  }

  set settings(settings: GroupSettings) {
    this.#settings = settings
    this.#rules = new AccessRules(settings.rules ?? [])
  }

  /** The group as the target server is told of it: what changes later is told anew. */
  get described(): PortalGroup {
    const { parameters = {}, accessDefaults: _, policy: __, rules: ___, ...rest } = this.settings
    const { tag, portals, router } = this
    return { ...rest, tag, enabled: true, portals, parameters, router, access: this.access }
  }

  /** Who may log in, and how they are treated, as it is now. */
  get access(): AccessPolicy {
    const { policy, accessDefaults } = this.settings
    if (policy) return policy
    const common: InitiatorAccess = { ...DEFAULT_ACCESS, authenticationRequired: false, ...accessDefaults }
    const [acls, demoMode, rules] = [new Map(this.acls), this.demoMode, this.#rules]
    return (name, host) => {
      const own = acls.get(name)?.access ?? ruledAccess(rules, name, host) ?? demoMode
      return own && { ...common, ...own }
    }
  }

  /** An empty table of a rule. */
  newRuleTable(name: string): LunTable {
    return new LunTable(this.router, undefined, name)
  }

  /** @throws {RangeError} where there is no such rule. */
  ruleTable(name: string): LunTable {
    const table = this.ruleTables.get(name)
    if (table) return table
    throw new RangeError(`${this.title} has no access rule ${name}`)
  }

  get tables(): readonly LunTable[] {
    return [this.demoTable, ...this.ruleTables.values(), ...[...this.acls.values()].map(({ table }) => table)]
  }

  /**
   * What an initiator sees, or with `undefined` all that have no ACL.
   * @throws {RangeError} for an initiator without an ACL.
   */
  table(initiator: string | undefined): LunTable {
    return initiator === undefined ? this.demoTable : this.acl(initiator).table
  }

  /** @throws {RangeError} where there is none. */
  acl(initiator: string): Acl {
    const acl = this.acls.get(initiator)
    if (acl) return acl
    throw new RangeError(`${this.title} has no ACL of ${initiator}`)
  }

  /** The group, for a message. */
  get title(): string {
    return `${this.targetName}, portal group ${this.tag},`
  }
}
