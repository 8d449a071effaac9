import type { PortalAddress } from './portal-address.ts'
import { formatPortal, parseAddress } from './portal-address.ts'

/** Where a TPG sends logins. */
interface SentOn extends PortalAddress {
  /** Whose, normalized; undefined: those of all who have no place of their own. */
  readonly initiator?: string | undefined
}

/** A TPG of a target, as far as logins are sent on from it. */
export interface SendingGroup {
  readonly tag: number
  readonly portals: readonly PortalAddress[]
  readonly redirections?: readonly SentOn[]
}

const WILDCARDS: Readonly<Record<string, (host: string) => boolean>> = {
  '0.0.0.0': host => !host.includes(':'),
  '::': () => true,
}
const LOOPBACK = /^(?:127\.|::1$)/

const sentOn = ({ redirections = [] }: SendingGroup, initiator: string | undefined): SentOn | undefined =>
  redirections.find(each => each.initiator === initiator) ?? redirections.find(each => each.initiator === undefined)

/** The address that a portal would have; names lead nobody knows where. */
const numeric = ({ host, port }: SentOn): PortalAddress => ({
  host: parseAddress(host) ?? parseAddress(`[${host}]`) ?? host,
  port,
})

/** The TPG of a target to which an address leads: by that portal, or by one for every address where it is one of this machine. */
function groupAt(groups: readonly SendingGroup[], at: PortalAddress): SendingGroup | undefined {
  const wanted = formatPortal(at)
  const exact = groups.find(({ portals }) => portals.some(each => formatPortal(each) === wanted))
  const isOurs = LOOPBACK.test(at.host) || groups.some(({ portals }) => portals.some(({ host }) => host === at.host))
  if (exact !== undefined || !isOurs) return exact
  return groups.find(({ portals }) =>
    portals.some(({ host, port }) => port === at.port && WILDCARDS[host]?.(at.host) === true),
  )
}

/**
 * The TPGs of a target through which logins of an initiator go, from one of them on, that come back to where they were; undefined: they come to
 * an end, here or elsewhere. A login that is where it is sent is let in. `undefined` is every initiator that has no place of its own.
 */
function circleFrom(
  groups: readonly SendingGroup[],
  from: SendingGroup,
  initiator: string | undefined,
): readonly number[] | undefined {
  const seen = new Set<string>()
  const tags: number[] = []
  let [group, at]: [SendingGroup | undefined, string] = [from, '']
  while (group !== undefined) {
    tags.push(group.tag)
    const next = sentOn(group, initiator)
    const place: PortalAddress | undefined = next && numeric(next)
    if (place === undefined || formatPortal(place) === at) return undefined
    at = formatPortal(place)
    if (seen.has(at)) return tags
    seen.add(at)
    group = groupAt(groups, place)
  }
  return undefined
}

/** Whose logins a redirection is about: its own initiator's, or those of all whom the group has no other place for. */
function sentBy(groups: readonly SendingGroup[], { redirections = [] }: SendingGroup, initiator: string | undefined) {
  if (initiator !== undefined) return [initiator]
  const own = new Set(redirections.map(each => each.initiator))
  const named = groups.flatMap(group => (group.redirections ?? []).flatMap(each => each.initiator ?? []))
  return [undefined, ...named.filter(each => !own.has(each))]
}

/**
 * The tags of the TPGs through which some logins go round and round that a redirection sends away: those of its initiator, or with undefined of all
 * who have no other. Undefined: all of them come to an end.
 */
export function redirectionCircle(
  groups: readonly SendingGroup[],
  { tag, initiator }: { readonly tag: number; readonly initiator: string | undefined },
): readonly number[] | undefined {
  const from = groups.find(group => group.tag === tag)
  if (from === undefined) return undefined
  for (const each of sentBy(groups, from, initiator)) {
    const circle = circleFrom(groups, from, each)
    if (circle !== undefined) return circle
  }
  return undefined
}

/** A circle in words: `TPG 1, TPG 2, TPG 1`. */
export const circleWords = (tags: readonly number[]): string => tags.map(tag => `TPG ${tag}`).join(', ')
