import type { PlanStep, ServerStep } from '../difference/plan-step.ts'
import { FREE, type LoginPlan } from '../plan/login-plan.ts'
import type {
  AclPlan,
  DisabledGroupPlan,
  GroupPlan,
  SeenLunPlan,
  ServingPlan,
  TargetPlan,
} from '../plan/serving-plan.ts'
import type { StoragePlan } from '../plugins/plugins.ts'
import { formatPortal } from '../portal-address.ts'
import { naaDigits } from '../unit-serial.ts'

/** A LUN as it is mapped. */
type Mapping = Pick<SeenLunPlan, 'writeProtected'> & { readonly disk: string }
/** The key of the map of initiators without an ACL. */
const OTHERS = ''

interface Group {
  settings: object
  readonly portals: Set<string>
  readonly acls: Map<string, Omit<AclPlan, 'luns'>>
  demoMode: LoginPlan | undefined
  readonly luns: Map<string, Map<number, Mapping>>
}

interface Target {
  alias: string | undefined
  disabled: readonly DisabledGroupPlan[]
  readonly groups: Map<number, Group>
}

type StepOf<K, S = PlanStep> = S extends { readonly kind: infer X } ? (K extends X ? S : never) : never
type Doing = { readonly [K in PlanStep['kind']]: (step: StepOf<K>) => void }

function settingsOf(plan: GroupPlan): object {
  const {
    path: _1,
    portals: _2,
    luns: _3,
    unserved: _4,
    acls: _5,
    demoMode: _6,
    demands: _7,
    rules,
    ...settings
  } = plan
  return { ...settings, rules: rules?.map(rule => ({ ...rule, luns: [] })) }
}

/** The key of the map of those whom a rule lets in. */
const ruleKey = (rule: string): string => `rule ${rule}`
const whoseOf = ({ initiator, rule }: { readonly initiator: string | undefined; readonly rule?: string }): string =>
  rule === undefined ? (initiator ?? OTHERS) : ruleKey(rule)

const mappingOf = ({ storage, writeProtected }: SeenLunPlan): Mapping => ({ disk: storage, writeProtected })
const mapsOf = (luns: readonly SeenLunPlan[]) => new Map(luns.map(seen => [seen.lun, mappingOf(seen)]))

function withoutLuns(acl: AclPlan): Omit<AclPlan, 'luns'> {
  const { luns: _, ...rest } = acl
  return rest
}

function groupOf(plan: GroupPlan): Group {
  const { acls, demoMode } = plan
  const luns = [
    ...acls.map(({ initiator, luns: seen }) => [initiator, mapsOf(seen)] as const),
    ...(plan.rules ?? []).map(({ name, luns: seen }) => [ruleKey(name), mapsOf(seen)] as const),
  ]
  return {
    settings: settingsOf(plan),
    portals: new Set(plan.portals.map(formatPortal)),
    acls: new Map(acls.map(acl => [acl.initiator, withoutLuns(acl)])),
    demoMode: demoMode && { refused: demoMode.refused, proof: demoMode.proof },
    luns: new Map([...luns, ...(demoMode ? [[OTHERS, mapsOf(demoMode.luns)] as const] : [])]),
  }
}

const aliasOf = ({ groups }: TargetPlan) => groups[0]?.offers.TargetAlias || undefined

/** What a server serves, as far as its steps say. What cannot be done throws. */
export class ServedModel {
  readonly disks = new Map<string, StoragePlan>()
  readonly targets = new Map<string, Target>()
  server: Omit<ServerStep, 'kind'> = { pollUs: 0, limits: {}, lanePlacement: {}, discovery: FREE }

  /** What serves a plan. */
  static of({ storage, targets, pollUs, limits, lanePlacement, discovery }: ServingPlan): ServedModel {
    const model = new ServedModel()
    for (const plan of storage) model.disks.set(plan.key, { ...plan, path: '' })
    for (const target of targets) {
      const groups = new Map(target.groups.map(group => [group.tag, groupOf(group)]))
      model.targets.set(target.name, { alias: aliasOf(target), disabled: target.disabled, groups })
    }
    model.server = { pollUs, limits, lanePlacement, discovery }
    return model
  }

  /** What an initiator can reach: a line for each LUN, by target, group, number, disk and access. */
  seenBy(initiator: string): ReadonlySet<string> {
    const seen = new Set<string>()
    for (const [name, { groups }] of this.targets)
      for (const [tag, group] of groups) {
        const acl = group.acls.get(initiator)
        const access = acl ?? group.demoMode
        if (access === undefined || access.refused !== undefined || group.portals.size === 0) continue
        for (const [lun, { disk, writeProtected }] of group.luns.get(acl ? initiator : OTHERS) ?? []) {
          seen.add(`${name} ${tag} ${lun} ${disk} ro`)
          if (!writeProtected) seen.add(`${name} ${tag} ${lun} ${disk} rw`)
        }
      }
    return seen
  }

  /** @throws {Error} where it is not possible. */
  apply(step: PlanStep): void {
    const doing = this.#doing[step.kind] as (step: PlanStep) => void
    try {
      doing(step)
    } catch (error) {
      throw new Error(`${JSON.stringify(step)}: ${(error as Error).message}`)
    }
  }

  readonly #doing: Doing = {
    openDisk: ({ disk, plan }) => this.#open(disk, plan),
    replaceDisk: ({ disk, replaces, plan }) => {
      this.#close(replaces)
      this.#open(disk, plan)
    },
    changeDisk: ({ disk, from, plan }) => {
      const before = must(this.disks.get(disk), 'it is open')
      must(JSON.stringify({ ...before, path: '' }) === JSON.stringify({ ...from, path: '' }), 'it was so')
      must(plan.plugin === from.plugin && plan.file === from.file, 'it can change')
      this.disks.set(disk, { ...plan, path: '' })
    },
    closeDisk: ({ disk }) => this.#close(disk),
    addTarget: ({ target, alias, disabled }) => {
      must(!this.targets.has(target), 'it is new')
      this.targets.set(target, { alias, disabled, groups: new Map() })
    },
    changeTarget: ({ target, alias, disabled }) => {
      Object.assign(this.#target(target), { alias, disabled })
    },
    removeTarget: ({ target }) => void must(this.targets.delete(target), 'it is there'),
    addGroup: ({ target, tag, plan }) => {
      const { groups } = this.#target(target)
      must(!groups.has(tag), 'it is new')
      groups.set(tag, { ...groupOf({ ...plan, portals: [], acls: [], demoMode: undefined, rules: [] }) })
      this.#setRules(plan)({ target, tag })
    },
    changeGroup: ({ plan, ...at }) => this.#setRules(plan)(at),
    removeGroup: ({ target, tag }) => void must(this.#target(target).groups.delete(tag), 'it is there'),
    openPortal: ({ target, portal, ...at }) => {
      const address = formatPortal(portal)
      for (const group of this.#target(target).groups.values()) must(!group.portals.has(address), 'it is free')
      this.#group({ target, ...at }).portals.add(address)
    },
    closePortal: ({ portal, ...at }) => void must(this.#group(at).portals.delete(formatPortal(portal)), 'it is open'),
    addAcl: ({ plan, ...at }) => {
      const { acls, luns } = this.#group(at)
      must(!acls.has(plan.initiator), 'it is new')
      acls.set(plan.initiator, withoutLuns(plan))
      luns.set(plan.initiator, new Map())
    },
    changeAcl: ({ plan, ...at }) => {
      const { acls } = this.#group(at)
      must(acls.has(plan.initiator), 'it is there')
      acls.set(plan.initiator, withoutLuns(plan))
    },
    removeAcl: ({ initiator, ...at }) => {
      const { acls, luns } = this.#group(at)
      must(acls.delete(initiator), 'it is there')
      must(luns.get(initiator)?.size === 0, 'it has no LUNs')
      luns.delete(initiator)
    },
    setDemoMode: ({ plan, ...at }) => {
      const group = this.#group(at)
      if (plan === undefined) must(group.luns.get(OTHERS)?.size === 0, 'it has no LUNs')
      group.demoMode = plan && { refused: plan.refused, proof: plan.proof }
      if (plan === undefined) group.luns.delete(OTHERS)
      else if (!group.luns.has(OTHERS)) group.luns.set(OTHERS, new Map())
    },
    mapLun: ({ lun, disk, writeProtected, ...at }) => {
      must(this.disks.has(disk), 'its disk is open')
      must(this.#group(at).luns.get(whoseOf(at)), 'somebody sees it').set(lun, { disk, writeProtected })
    },
    unmapLun: ({ lun, ...at }) => {
      must(this.#group(at).luns.get(whoseOf(at))?.delete(lun), 'it is mapped')
    },
    changeServer: step => {
      const { kind: _, ...server } = step
      this.server = server
    },
  }

  /** Rules come and go with the settings of their group, with a map that is empty at first. */
  #setRules(plan: GroupPlan) {
    return (at: { readonly target: string; readonly tag: number }): void => {
      const group = this.#group(at)
      const keys = new Set((plan.rules ?? []).map(({ name }) => ruleKey(name)))
      group.settings = settingsOf(plan)
      for (const key of group.luns.keys()) if (key.startsWith(ruleKey('')) && !keys.has(key)) group.luns.delete(key)
      for (const key of keys) if (!group.luns.has(key)) group.luns.set(key, new Map())
    }
  }

  #target(name: string): Target {
    return must(this.targets.get(name), 'its target is there')
  }

  #group({ target, tag }: { readonly target: string; readonly tag: number }): Group {
    return must(this.#target(target).groups.get(tag), 'its group is there')
  }

  #open(key: string, plan: StoragePlan): void {
    const { file, unit } = plan
    must(key === plan.key && !this.disks.has(key), 'its key is free')
    for (const other of this.disks.values()) {
      must(file === undefined || other.file !== file, 'its file is free')
      const [one, two] = [unit.serial, other.unit.serial]
      must(one === undefined || two === undefined || naaDigits(one) !== naaDigits(two), 'its serial number is free')
    }
    this.disks.set(key, { ...plan, path: '' })
  }

  #close(key: string): void {
    for (const { groups } of this.targets.values())
      for (const { luns } of groups.values())
        for (const seen of luns.values()) for (const { disk } of seen.values()) must(disk !== key, 'it is no LUN')
    must(this.disks.delete(key), 'it is open')
  }
}

function must<T>(value: T, what: string): NonNullable<T> {
  if (value === undefined || value === null || value === false) throw new Error(`not so: ${what}`)
  return value
}
