import { connect, type DiskServer, discover } from 'lunkit'
import { STRANGER, wrongLogins } from '../../soak/expected-login.ts'
import { HOSTS, portalAt } from './program-change.ts'
import type { ProgramModel } from './program-model.ts'

/** What initiators are to see of a program. */
export interface ProgramSights {
  readonly server: DiskServer
  readonly model: ProgramModel
  /** The names that targets may have. */
  readonly names: readonly string[]
  /** Those that ACLs may be for. */
  readonly initiators: readonly string[]
}

/** Discovers, and logs in wherever there may be something; says what is seen that should not be, or is not. */
export async function wrongSights(sights: ProgramSights): Promise<string[]> {
  const each = await Promise.all(HOSTS.map(host => wrongAt(host, sights)))
  return each.flat()
}

async function wrongAt(host: string, { server, model, names, initiators }: ProgramSights): Promise<string[]> {
  const address = server.addressOf(portalAt(host))
  const isOpen = model.hosts.has(host)
  if (isOpen !== (address !== undefined)) return [`${host} is ${isOpen ? 'closed' : 'open'}`]
  if (!address) return []
  const logins = names.flatMap(target =>
    [STRANGER, ...initiators].map(initiator => {
      return { ...address, target, initiator, luns: model.seen(target, host, initiator) }
    }),
  )
  const bursts = await Promise.all(
    logins
      .filter(({ luns }) => luns !== undefined)
      .map(async ({ initiator: initiatorName, target }) => {
        await using session = await connect({ ...address, target, initiatorName })
        const right = model.targets.get(target)?.maxBurstLength
        const { MaxBurstLength: seen } = session.parameters
        return seen === right ? [] : [`${initiatorName} in ${target} negotiates ${seen}; right is ${right}`]
      }),
  )
  return [...(await wrongLogins(logins)), ...bursts.flat(), ...(await wrongDiscovery(address, model))]
}

async function wrongDiscovery(address: { readonly host: string; readonly port: number }, { discovered }: ProgramModel) {
  const told = await discover(address)
  const seen = told
    .map(
      ({ name, portals }) =>
        `${name} ${portals
          .map(({ host }) => host)
          .sort()
          .join()}`,
    )
    .sort()
  const [is, right] = [seen.join('; '), discovered.join('; ')]
  return is === right ? [] : [`${address.host} tells of ${is}; right is ${right}`]
}
