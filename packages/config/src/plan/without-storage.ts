import { checkArgument } from '@lunkit/wire'
import { TEXT_MAP } from '../text-domains.ts'
import { PLAN } from './plan-domain.ts'
import type { GroupPlan, LunPlan, ServingPlan } from './serving-plan.ts'

/**
 * The same plan without some storage objects: their LUNs are not served, for these reasons by the storage objects' keys.
 * @throws {TypeError} for what is no plan or no map.
 */
export function withoutStorage(plan: ServingPlan, reasons: ReadonlyMap<string, string>): ServingPlan {
  checkArgument('withoutStorage: plan', plan, PLAN)
  checkArgument('withoutStorage: reasons', reasons, TEXT_MAP)
  if (reasons.size === 0) return plan
  const targets = plan.targets.map(target => ({
    ...target,
    groups: target.groups.map(group => groupWithout(group, reasons)),
  }))
  return { ...plan, targets, storage: plan.storage.filter(({ key }) => !reasons.has(key)) }
}

function groupWithout(group: GroupPlan, reasons: ReadonlyMap<string, string>): GroupPlan {
  const isServed = ({ storage }: LunPlan) => !reasons.has(storage)
  const lost = group.luns.flatMap(({ lun, storage }) => {
    const why = reasons.get(storage)
    return why === undefined ? [] : [{ lun, storage, path: group.path, why }]
  })
  return {
    ...group,
    luns: group.luns.filter(isServed),
    unserved: [...group.unserved, ...lost],
    acls: group.acls.map(acl => ({ ...acl, luns: acl.luns.filter(isServed) })),
    ...(group.rules && { rules: group.rules.map(rule => ({ ...rule, luns: rule.luns.filter(isServed) })) }),
    demoMode: group.demoMode && { ...group.demoMode, luns: group.demoMode.luns.filter(isServed) },
  }
}
