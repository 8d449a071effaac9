import { formatPortal, type PortalAddress, type ServingPlan, type TargetPlan } from '@lunkit/config'

/** Wildcards from the narrowest on: what a wildcard covers stands before it. */
const WILDCARDS = ['0.0.0.0', '::'] as const
const rank = ({ host }: PortalAddress): number => WILDCARDS.indexOf(host as (typeof WILDCARDS)[number])

/** Which portals of a plan have addresses in common, and who is reached there: one sentence a port, one a shared target. */
export function explainOverlaps(plan: ServingPlan): readonly string[] {
  const all = plan.targets.flatMap(target => portalsOf(target).map(({ portal }) => portal))
  return [...overlapping(all).map(explainPort), ...plan.targets.flatMap(explainTarget)]
}

function portalsOf({ groups }: TargetPlan) {
  return groups.flatMap(({ tag, portals }) => portals.map(portal => ({ portal, tag })))
}

/** The portals of each port on which some cover others, each once, those that cover last. */
function overlapping(portals: readonly PortalAddress[]): readonly (readonly PortalAddress[])[] {
  const unique = [...new Map(portals.map(portal => [formatPortal(portal), portal])).values()]
  const ports = [...new Set(unique.map(({ port }) => port))].filter(port => port !== 0)
  return ports.flatMap(port => {
    const here = unique.filter(portal => portal.port === port)
    const meeting = here.filter(one => here.some(other => one !== other && (covers(one, other) || covers(other, one))))
    return meeting.length === 0 ? [] : [meeting.toSorted((one, other) => rank(one) - rank(other))]
  })
}

function covers(wide: PortalAddress, other: PortalAddress): boolean {
  return wide.host === '::' || (wide.host === '0.0.0.0' && !other.host.includes(':'))
}

function explainPort(portals: readonly PortalAddress[]): string {
  const list = portals.map(formatPortal)
  const last = list.pop() ?? ''
  return `  ${list.join(', ')} and ${last} overlap: each target is reached at every address that its own portals have.`
}

/** A target is reached by one group at an address: the one whose portal names it most closely. */
function explainTarget(target: TargetPlan): readonly string[] {
  const portals = portalsOf(target)
  return overlapping(portals.map(({ portal }) => portal)).flatMap(meeting => {
    const tagged = meeting.map(portal => ({ portal, tag: tagAt(portals, portal) }))
    if (new Set(tagged.map(({ tag }) => tag)).size === 1) return []
    const parts = tagged.map(({ portal, tag }, at) => {
      const rest = at === 0 || rank(portal) < 0 ? '' : 'else '
      return `${rest}${formatPortal(portal)} leads to portal group ${tag}`
    })
    return [`  ${target.name}: ${parts.join(', ')}.`]
  })
}

function tagAt(portals: ReturnType<typeof portalsOf>, at: PortalAddress): number | undefined {
  return portals.find(({ portal }) => formatPortal(portal) === formatPortal(at))?.tag
}
