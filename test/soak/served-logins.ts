import { addressesThatCome, targetsThatCome } from '../harness/changing-tree.ts'
import { lunsOf, type ServedConfig, type ServedTarget } from '../harness/save-config.ts'
import { type ExpectedLogin, STRANGER } from './expected-login.ts'

const ALWAYS = '127.0.0.1'

/**
 * What initiators see of a configuration: those that it names, and one that it does not, which tries every target that there may
 * be at every address.
 */
export function servedLogins(served: ServedConfig): ExpectedLogin[] {
  const { iqn: first, port = 0, others = [] } = served
  const targets = new Map([served, ...others].map(target => [target.iqn, target]))
  const named = [...targets.values()].flatMap(target =>
    (target.initiators ?? []).map(initiator => ({
      ...{ host: ALWAYS, port, target: target.iqn, initiator },
      luns: sizesOf(target, initiator),
    })),
  )
  const tried = [first, ...targetsThatCome(served)].flatMap(iqn =>
    [ALWAYS, ...addressesThatCome].map(host => {
      const target = targets.get(iqn)
      const isLed = host === ALWAYS || target?.moreAddresses?.includes(host)
      return { host, port, target: iqn, initiator: STRANGER, luns: target && isLed ? sizesOf(target) : undefined }
    }),
  )
  return [...named, ...tried]
}

/** The LUNs that an initiator sees, by its name or with `undefined` as one without an ACL; undefined: it may not log in. */
function sizesOf(target: ServedTarget, initiator?: string): Record<number, number> | undefined {
  const { hidden = {}, enabled = true, attributes } = target
  const mayLogIn = initiator !== undefined || attributes?.['generate_node_acls'] !== 0
  if (!enabled || !mayLogIn) return undefined
  const notSeen = (initiator !== undefined && hidden[initiator]) || []
  const luns = [...lunsOf(target)].filter(([lun]) => !notSeen.includes(lun))
  return Object.fromEntries(luns.map(([lun, { sizeBytes }]) => [lun, sizeBytes]))
}
