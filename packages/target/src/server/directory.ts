import { comparedName, type TextPair } from '@lunkit/pdu'
import type { Row } from '@lunkit/statistics'
import type { SessionDescription } from '../session/session-description.ts'
import {
  canonicalAddress,
  formatAddress,
  hostToTell,
  isWildcard,
  nearness,
  type PortalAddress,
  withoutZone,
} from './portal-address.ts'
import type { GroupOfTarget, PortalGroup, Target } from './target.ts'

/** Tells where a portal that was asked for really listens; undefined while it does not. */
export type FindPortal = (asked: PortalAddress) => PortalAddress | undefined

const ALL = 'All'
/** How many names of removed targets are kept. */
const REMEMBERED_NAMES = 256
const NAME_TYPES = ['iqn.', 'eui.', 'naa.']
/** What an enabled group has before a disabled one, however closely its portal names an address. */
const ENABLED = 8

/** The targets of a server by name, and what discovery tells of them. */
export class Directory {
  readonly #targets = new Map<string, Target>()
  /** Names of targets that were removed, so that their initiators are told so (RFC 7143 11.13.5, status 0204). */
  readonly #removed = new Set<string>()
  readonly #findPortal: FindPortal
  readonly #rowOf: (target: string) => Row
  /** Where the sessions with each target are counted, which has its row while it is here. */
  readonly #rows = new Map<string, Row>()

  constructor(findPortal: FindPortal, rowOf: (target: string) => Row) {
    this.#findPortal = findPortal
    this.#rowOf = rowOf
  }

  all(): IterableIterator<Target> {
    return this.#targets.values()
  }

  set(target: Target): void {
    const name = comparedName(target.name)
    this.#removed.delete(name)
    this.#targets.set(name, target)
    const before = this.#rows.get(name)
    this.#rows.set(name, this.#rowOf(target.name))
    before?.release()
  }

  /** Takes a target out; `remember` says whether it is known from then on that there was one. */
  delete(name: string, remember = true): boolean {
    const compared = comparedName(name)
    if (!this.#targets.delete(compared)) return false
    this.#rows.get(compared)?.release()
    this.#rows.delete(compared)
    if (!remember) return true
    this.#removed.add(compared)
    for (const oldest of this.#removed) if (this.#removed.size > REMEMBERED_NAMES) this.#removed.delete(oldest)
    return true
  }

  /** Whether there was a target of this name. */
  wasRemoved(name: string): boolean {
    return this.#removed.has(comparedName(name))
  }

  find(name: string): Target | undefined {
    return this.#targets.get(comparedName(name))
  }

  /**
   * The portal group by which a target is reached at an address, as sockets tell it: an enabled one before others, then the one whose portal
   * names the address most closely.
   */
  groupAt(target: Target, at: PortalAddress): PortalGroup | undefined {
    return this.#nearest(target, at)?.group
  }

  /** Whether the portal by which a target is reached at an address is there for discovery alone. */
  isDiscoveryOnly(target: Target, at: PortalAddress): boolean {
    if (target.portalGroups.every(({ discoveryOnly = [] }) => discoveryOnly.length === 0)) return false
    const found = this.#nearest(target, at)
    return found !== undefined && isDiscoveryOnly(found.group, found.portal)
  }

  /**
   * Some portal group that is reached at an address, the one that an unnamed discovery session is served by: the same one
   * in whatever order there were targets.
   */
  anyGroupAt(at: PortalAddress): GroupOfTarget | undefined {
    let best: (GroupOfTarget & { readonly name: string; readonly rank: number }) | undefined
    for (const [name, target] of this.#targets) {
      const found = this.#nearest(target, at)
      if (!found || (best && found.rank < best.rank)) continue
      if (!best || found.rank > best.rank || name < best.name) best = { target, name, ...found }
    }
    return best
  }

  #nearest(target: Target, at: PortalAddress): NearestGroup | undefined {
    let nearest: NearestGroup | undefined
    for (const group of target.portalGroups)
      for (const portal of group.portals) {
        const near = nearness(this.#place(portal), at)
        const rank = near === 0 ? 0 : near + (group.enabled ? ENABLED : 0)
        if (rank > (nearest?.rank ?? 0)) nearest = { group, portal, rank }
      }
    return nearest
  }

  /** Where a portal is, with the port that was found; as it was asked for while it does not listen. */
  #place(asked: PortalAddress): PortalAddress {
    const portal = canonicalAddress(asked)
    const found = this.#findPortal(portal)
    if (!found) return portal
    return isWildcard(portal) ? { host: portal.host, port: found.port } : found
  }

  /**
   * The answer to SendTargets (RFC 7143 appendix C); undefined for a value that names nothing. In a normal session it
   * tells of that session's target alone, whatever is asked for.
   */
  sendTargets(value: string, asking: SessionDescription): TextPair[] | undefined {
    const own = asking.targetName
    if (value === ALL) return this.#records(asking.discovery ? [...this.#targets.values()] : this.#named(own), asking)
    if (value === '') return this.#records(this.#named(own), asking)
    if (!NAME_TYPES.some(type => comparedName(value).startsWith(type))) return undefined
    if (!asking.discovery && comparedName(value) !== comparedName(own)) return []
    return this.#records(this.#named(value), asking)
  }

  #named(name: string): Target[] {
    const target = this.find(name)
    return target ? [target] : []
  }

  #records(targets: readonly Target[], asking: SessionDescription): TextPair[] {
    return targets.flatMap(target => {
      const groups = target.portalGroups.filter(group => isListed(group, asking))
      const addresses = new Set(groups.flatMap(group => this.#addresses(target, group, asking)))
      if (addresses.size === 0) return []
      return [['TargetName', target.name] as const, ...[...addresses].map(each => ['TargetAddress', each] as const)]
    })
  }

  /**
   * The addresses at which a login leads to this group, from where it was asked. A portal for every address is told by the
   * one that the connection came to; one that cannot be reached by that one is not told.
   */
  #addresses(target: Target, group: PortalGroup, { local }: SessionDescription): string[] {
    return group.portals.flatMap(asked => {
      const found =
        this.#findPortal(canonicalAddress(asked)) ?? (group.listens === false && asked.port > 0 ? asked : undefined)
      const host = found && hostToTell(isWildcard(asked) ? asked.host : found.host, local.host)
      if (!found || host === undefined) return []
      if (isDiscoveryOnly(group, asked)) return []
      const address = { host, port: found.port }
      if (this.groupAt(target, address) !== group) return []
      return [`${formatAddress({ ...address, host: withoutZone(host) })},${group.tag}`]
    })
  }
}

/** A group that is reached at an address, by which of its portals, and how closely that names the address. */
interface NearestGroup {
  readonly group: PortalGroup
  readonly portal: PortalAddress
  readonly rank: number
}

const isDiscoveryOnly = ({ discoveryOnly = [] }: PortalGroup, portal: PortalAddress): boolean =>
  discoveryOnly.some(({ host, port }) => host === portal.host && port === portal.port)

/** Whether discovery shows a group to an initiator: as LIO's demo_mode_discovery and tpg_enabled_sendtargets say. */
function isListed(group: PortalGroup, { initiatorName, remote }: SessionDescription): boolean {
  if (!group.enabled && !group.listedWhileDisabled) return false
  return group.demoModeDiscovery !== false || group.access(initiatorName, remote.host) !== undefined
}
