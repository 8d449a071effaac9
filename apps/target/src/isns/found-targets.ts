import { networkInterfaces } from 'node:os'
import type { GroupPlan, PortalAddress, ServingPlan } from '@lunkit/config'
import type { IsnsPortal, IsnsTarget } from '@lunkit/isns'
import type { DiskServer } from 'lunkit'

/** What is asked of a server of targets. */
type Served = Pick<DiskServer, 'addressOf' | 'portalGroupAt'>

/** An address of this machine, and the link that it is at. */
export interface OwnAddress {
  readonly host: string
  readonly link: string
  /** Whether nobody else can reach it: that of loopback. */
  readonly isInternal: boolean
}

const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])
const LOOPBACK = /^(?:127\.|::1$)/
const isIpv4 = (host: string): boolean => !host.includes(':')

/** Those of this machine that mean something elsewhere; none where the system does not tell them. */
export function ownAddresses(interfaces = networkInterfaces): readonly OwnAddress[] {
  try {
    return Object.entries(interfaces()).flatMap(([link, addresses = []]) =>
      addresses
        .filter(({ scopeid }) => !scopeid)
        .map(({ address, internal }) => ({ host: address, link, isInternal: internal })),
    )
  } catch {
    return []
  }
}

/**
 * What is registered with an iSNS server that was reached by an address of this machine: the targets with the portals of enabled groups
 * that listen. A portal at every address is registered as that one, or where that is of another family, as those of its link; of an iSNS server on this
 * machine, as all that others can reach. Loopback is told to this machine alone.
 */
export function foundTargets(
  plan: ServingPlan,
  server: Served,
  localAddress: string,
  own: readonly OwnAddress[] = ownAddresses(),
): readonly IsnsTarget[] {
  const reached = reachedBy(localAddress, own)
  return plan.targets.map(({ name, groups }) => {
    const alias = groups[0]?.offers.TargetAlias
    const found = groups.map(group => {
      const leads = (portal: IsnsPortal) => server.portalGroupAt(name, portal) === group.tag
      return { tag: group.tag, portals: portalsOf(group, server, reached).filter(leads) }
    })
    return { name, ...(alias !== undefined && alias !== '' && { alias }), groups: found }
  })
}

/** By which addresses those reach this machine who ask the server. */
interface Reached {
  readonly isLocal: boolean
  readonly hosts: readonly string[]
}

function reachedBy(localAddress: string, own: readonly OwnAddress[]): Reached {
  const host = localAddress.replace(/^::ffff:(?=\d+\.)/, '')
  if (!LOOPBACK.test(host)) {
    const link = own.find(each => each.host === host)?.link
    const others = own.filter(each => each.link === link && isIpv4(each.host) !== isIpv4(host))
    return { isLocal: false, hosts: [host, ...others.map(each => each.host)] }
  }
  const outside = own.filter(({ isInternal }) => !isInternal).map(each => each.host)
  return { isLocal: true, hosts: outside.length > 0 ? outside : [host] }
}

function portalsOf({ portals }: GroupPlan, server: Served, reached: Reached): readonly IsnsPortal[] {
  const listening = portals.flatMap(portal => server.addressOf(portal) ?? [])
  return listening.flatMap(address => placesOf(address, reached))
}

function placesOf({ host, port }: PortalAddress, { isLocal, hosts }: Reached): readonly IsnsPortal[] {
  if (!WILDCARDS.has(host)) return LOOPBACK.test(host) && !isLocal ? [] : [{ host, port }]
  return hosts.filter(each => host === '::' || isIpv4(each)).map(each => ({ host: each, port }))
}
