import { comparedName, type TextPair } from '@lunkit/pdu'
import type { SessionDescription } from '../session/session.ts'
import { formatAddress, isWildcard, type PortalAddress } from './portal-address.ts'
import type { GroupOfTarget, PortalGroup, Target } from './target.ts'

/** Tells where a portal that was asked for really listens; undefined while it does not. */
export type FindPortal = (asked: PortalAddress) => PortalAddress | undefined

const ALL = 'All'
/** How many names of removed targets are kept. */
const REMEMBERED_NAMES = 256
const ANY_IPV4 = '0.0.0.0'
const NAME_TYPES = ['iqn.', 'eui.', 'naa.']

/** The targets of a server by name, and what discovery tells of them. */
export class Directory {
  readonly #targets = new Map<string, Target>()
  /** Names of targets that were removed, so that their initiators are told so (RFC 7143 11.13.5, status 0204). */
  readonly #removed = new Set<string>()
  readonly #findPortal: FindPortal

  constructor(findPortal: FindPortal) {
    this.#findPortal = findPortal
  }

  all(): IterableIterator<Target> {
    return this.#targets.values()
  }

  set(target: Target): void {
    const name = comparedName(target.name)
    this.#removed.delete(name)
    this.#targets.set(name, target)
  }

  delete(name: string): boolean {
    const compared = comparedName(name)
    if (!this.#targets.delete(compared)) return false
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

  /** The portal group by which a target is reached through a portal. */
  groupAt(target: Target, portal: PortalAddress): PortalGroup | undefined {
    return target.portalGroups.find(group => group.portals.some(each => samePortal(each, portal)))
  }

  /** Some portal group that a portal belongs to: the one that an unnamed discovery session is served by. */
  anyGroupAt(portal: PortalAddress): GroupOfTarget | undefined {
    for (const target of this.#targets.values()) {
      const group = this.groupAt(target, portal)
      if (group) return { target, group }
    }
    return undefined
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
      const addresses = target.portalGroups
        .filter(group => isListed(group, asking.initiatorName))
        .flatMap(group => this.#addresses(group, asking))
      return addresses.length === 0 ? [] : [['TargetName', target.name] as const, ...addresses]
    })
  }

  /** A portal for every address is named by the one that the connection came in on. */
  #addresses(group: PortalGroup, { local }: SessionDescription): TextPair[] {
    return group.portals.flatMap(asked => {
      const portal = this.#findPortal(asked)
      if (!portal) return []
      // An IPv4 portal cannot be reached by the IPv6 address that the connection came in on.
      if (portal.host === ANY_IPV4 && local.host.includes(':')) return []
      const shown = isWildcard(portal) ? { host: local.host, port: portal.port } : portal
      return [['TargetAddress', `${formatAddress(shown)},${group.tag}`] as const]
    })
  }
}

const samePortal = (a: PortalAddress, b: PortalAddress): boolean => a.host === b.host && a.port === b.port

/** Whether discovery shows a group to an initiator: as LIO's demo_mode_discovery and tpg_enabled_sendtargets say. */
function isListed(group: PortalGroup, initiatorName: string): boolean {
  if (!group.enabled && !group.listedWhileDisabled) return false
  return group.demoModeDiscovery !== false || group.access(initiatorName) !== undefined
}
