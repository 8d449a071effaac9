import { isnsServerKey, parseIsnsServer } from '../isns-server.ts'
import type { PortalAddress } from '../portal-address.ts'
import type { LunkitSettings } from '../saveconfig.ts'
import type { Notices } from './notice.ts'
import { NoticeKind } from './notice-kind.ts'
import type { IsnsServerPlan } from './serving-plan.ts'

/** The iSNS servers that targets are registered with. Of two entries of one server the first holds. */
export function planIsnsServers(given: LunkitSettings['isns'], notices: Notices): readonly IsnsServerPlan[] {
  const planned = new Map<string, IsnsServerPlan>()
  for (const { value, path } of given ?? []) {
    const { server, entity } = value
    const place = parseIsnsServer(server) as PortalAddress
    const key = isnsServerKey(place)
    if (planned.has(key)) notices.add(NoticeKind.unused, `iSNS server ${server} is there twice`, path)
    else planned.set(key, { server, ...place, entity })
  }
  return [...planned.values()]
}
