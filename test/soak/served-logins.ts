import { targetsThatCome } from '../harness/changing-tree.ts'
import { lunsOf, type ServedConfig, type ServedTarget } from '../harness/save-config.ts'
import { type ExpectedLogin, STRANGER } from './expected-login.ts'

/** What initiators see of a configuration: those that it names, one that it does not, and of targets that it does not have. */
export function servedLogins(served: ServedConfig): ExpectedLogin[] {
  const { port = 0, others = [] } = served
  const targets = [served, ...others]
  const absent = targetsThatCome(served).filter(iqn => targets.every(target => target.iqn !== iqn))
  return [
    ...targets.flatMap(target =>
      [STRANGER, ...(target.initiators ?? [])].map(initiator => login(target, initiator, target.port ?? port)),
    ),
    ...absent.map(target => ({ ...at(port), target, initiator: STRANGER, luns: undefined })),
  ]
}

const at = (port: number) => ({ host: '127.0.0.1', port })

function login(target: ServedTarget, initiator: string, port: number): ExpectedLogin {
  const { iqn, initiators = [], hidden = {}, enabled = true, attributes } = target
  const isNamed = initiators.includes(initiator)
  const mayLogIn = enabled && (isNamed || attributes?.['generate_node_acls'] !== 0)
  const notSeen = (isNamed && hidden[initiator]) || []
  const luns = [...lunsOf(target)].filter(([lun]) => !notSeen.includes(lun))
  const sizes = Object.fromEntries(luns.map(([lun, { sizeBytes }]) => [lun, sizeBytes]))
  return { ...at(port), target: iqn, initiator, luns: mayLogIn ? sizes : undefined }
}
