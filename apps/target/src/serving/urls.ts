import { networkInterfaces } from 'node:os'
import { type PortalAddress, SERVED_LUNS, type ServingPlan } from '@lunkit/config'
import { type DiskServer, lunUrl } from 'lunkit'
import type { OpenDisks } from './open-disks.ts'

/**
 * What a program on this machine can put in a URL for a wildcard, and the address that it then comes to. Where IPv6 is
 * switched off, as in many containers, `::` can be listened at and not be reached.
 */
const WILDCARDS: Readonly<Record<string, readonly (readonly [shown: string, reached: string])[]>> = {
  '0.0.0.0': [['0.0.0.0', '127.0.0.1']],
  '::': [
    ['::', '::1'],
    ['0.0.0.0', '127.0.0.1'],
  ],
}

/**
 * One URL for each portal that listens and each LUN that is served there, in the order of targets, portals and LUNs. A
 * portal for every address is shown as such, unless that leads to another portal group of the target.
 */
export function servedUrls(
  plan: ServingPlan,
  disks: OpenDisks,
  server: DiskServer,
  machine: Machine = thisMachine(),
): readonly string[] {
  const urls = plan.targets.flatMap(target =>
    target.groups.flatMap(group => {
      const luns = group.luns
        .filter(({ lun, storage }) => lun < SERVED_LUNS && disks.has(storage))
        .map(({ lun }) => lun)
        .sort((one, other) => one - other)
      const leads = (address: PortalAddress) => server.portalGroupAt(target.name, address) === group.tag
      const addresses = group.portals.flatMap(portal => {
        const address = server.addressOf(portal)
        return address === undefined ? [] : (shownAddress(address, machine, leads) ?? [])
      })
      return addresses.flatMap(address => luns.map(lun => lunUrl(address, target.name, lun)))
    }),
  )
  return [...new Set(urls)]
}

/** The address by which a portal is shown; undefined where every one that it has leads to another group. */
function shownAddress(
  address: PortalAddress,
  { own, others }: Machine,
  leads: (address: PortalAddress) => boolean,
): PortalAddress | undefined {
  const { host, port } = address
  const ofItself = WILDCARDS[host]
  if (!ofItself) return address
  const [shown] = ofItself.find(([, reached]) => own.includes(reached) && leads({ host: reached, port })) ?? []
  return shown === undefined ? others.map(each => ({ host: each, port })).find(leads) : { host: shown, port }
}

/** The addresses of the machine: by which it reaches itself, and by which others do. */
export interface Machine {
  readonly own: readonly string[]
  readonly others: readonly string[]
}

/** This machine, as the system tells it. Where it does not, as without AF_NETLINK in a sandbox, what every machine is called by itself. */
export function thisMachine(interfaces = networkInterfaces): Machine {
  const addresses = Object.values(toldBy(interfaces)).flatMap(each => each ?? [])
  if (addresses.length === 0) return { own: ['127.0.0.1', '::1'], others: [] }
  const hosts = (internal: boolean) =>
    addresses.filter(each => each.internal === internal && !each.scopeid).map(({ address }) => address)
  return { own: hosts(true), others: hosts(false) }
}

function toldBy(interfaces: typeof networkInterfaces): ReturnType<typeof networkInterfaces> {
  try {
    return interfaces()
  } catch {
    // URLs are for those who read the log: nothing that is served depends on them.
    return {}
  }
}
