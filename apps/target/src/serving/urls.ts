import { networkInterfaces } from 'node:os'
import { type PortalAddress, SERVED_LUNS, type ServingPlan } from '@lunkit/config'
import { type DiskServer, lunUrl } from 'lunkit'
import type { OpenDisks } from './disks.ts'

/** By which address of its own a program reaches a wildcard: what a URL with the wildcard itself leads to. */
const WILDCARD_LEADS_TO: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' }

/**
 * One URL for each portal that listens and each LUN that is served there, in the order of targets, portals and LUNs. A
 * portal for every address is shown as such, unless that leads to another portal group of the target.
 */
export function servedUrls(
  plan: ServingPlan,
  disks: OpenDisks,
  server: DiskServer,
  machine: readonly string[] = machineHosts(),
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
  machine: readonly string[],
  leads: (address: PortalAddress) => boolean,
): PortalAddress | undefined {
  const { host, port } = address
  const ofItself = WILDCARD_LEADS_TO[host]
  if (ofItself === undefined || leads({ host: ofItself, port })) return address
  return machine.map(each => ({ host: each, port })).find(leads)
}

/** The addresses of the machine by which others reach it. */
function machineHosts(): readonly string[] {
  const addresses = Object.values(networkInterfaces()).flatMap(each => each ?? [])
  return addresses.filter(({ internal, scopeid = 0 }) => !internal && scopeid === 0).map(({ address }) => address)
}
