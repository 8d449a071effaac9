import { SERVED_LUNS, type ServingPlan } from '@lunkit/config'
import { type DiskServer, lunUrl } from 'lunkit'
import type { OpenDisks } from './disks.ts'

/** One URL for each portal that listens and each LUN that is served there, in the order of targets, portals and LUNs. */
export function servedUrls(plan: ServingPlan, disks: OpenDisks, server: DiskServer): readonly string[] {
  return plan.targets.flatMap(({ name, groups }) =>
    groups.flatMap(group => {
      const luns = group.luns
        .filter(({ lun, storage }) => lun < SERVED_LUNS && disks.has(storage))
        .map(({ lun }) => lun)
      const addresses = group.portals.flatMap(portal => server.addressOf(portal) ?? [])
      return addresses.flatMap(address =>
        luns.toSorted((one, other) => one - other).map(lun => lunUrl(address, name, lun)),
      )
    }),
  )
}
