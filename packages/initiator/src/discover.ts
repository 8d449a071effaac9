import { type PortalAddress, parsePortal } from './address.ts'
import { login, type PortalOptions } from './connect.ts'
import { ProtocolError } from './error.ts'

/** A target that a portal knows. */
export interface DiscoveredTarget {
  readonly name: string
  /** Where it can be reached; empty when it is where the question was asked (RFC 7143 13.8). */
  readonly portals: readonly PortalAddress[]
}

/**
 * Asks a portal for its targets: a discovery session with SendTargets (RFC 7143 appendix C).
 * @throws {LoginError} when the login is refused. {ConnectionError} when there is no connection, or it does not last.
 */
export async function discover(options: PortalOptions, sendTargets = 'All'): Promise<DiscoveredTarget[]> {
  await using session = await login(options, { SessionType: 'Discovery' })
  const targets: { name: string; portals: PortalAddress[] }[] = []
  for (const [key, value] of await session.text([['SendTargets', sendTargets]])) {
    if (key === 'TargetName') targets.push({ name: value, portals: [] })
    else if (key === 'TargetAddress') addPortal(targets.at(-1)?.portals, value)
    else if (key === 'SendTargets') throw new ProtocolError(`SendTargets=${sendTargets} was answered with ${value}`)
  }
  return targets
}

function addPortal(portals: PortalAddress[] | undefined, value: string): void {
  if (!portals) throw new ProtocolError(`TargetAddress=${value} came before the first TargetName`)
  portals.push(parsePortal(value))
}
