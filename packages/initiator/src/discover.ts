import { ISCSI_NAME } from '@lunkit/pdu'
import { checkArgument } from '@lunkit/wire'
import { type PortalAddress, toldPortal } from './address.ts'
import { login } from './connect.ts'
import { checkPortalOptions, type PortalOptions } from './connect-options.ts'
import { ProtocolError } from './error.ts'
import { LOGIN_TIMEOUT_MS } from './limits.ts'
import { watch } from './patience.ts'
import { processTimers } from './timers.ts'

/** A target that a portal knows. */
export interface DiscoveredTarget {
  readonly name: string
  /** Where it can be reached; empty when it is where the question was asked (RFC 7143 13.8). */
  readonly portals: readonly PortalAddress[]
}

const SEND_TARGETS = {
  ...ISCSI_NAME,
  words: `"All", or ${ISCSI_NAME.words}`,
  has: (value: string) => value === 'All' || ISCSI_NAME.has(value as never),
}

/**
 * Asks a portal for its targets: a discovery session with SendTargets (RFC 7143 appendix C).
 * @throws {LoginError} when the login is refused. {ConnectionError} when there is no connection, or it does not last. {TypeError} or {RangeError} for options that cannot be.
 */
export async function discover(options: PortalOptions, sendTargets = 'All'): Promise<DiscoveredTarget[]> {
  checkPortalOptions(options)
  checkArgument('sendTargets', sendTargets, SEND_TARGETS)
  const { timers = processTimers } = options
  const deadline = new AbortController()
  const patience = { signal: options.signal, timeoutMs: options.timeoutMs ?? LOGIN_TIMEOUT_MS }
  const stopWatching = watch(patience, { what: 'discovery', timers }, reason => deadline.abort(reason))
  options.signal?.throwIfAborted()
  try {
    return await ask({ ...options, signal: deadline.signal, timeoutMs: undefined }, sendTargets)
  } finally {
    stopWatching()
  }
}

async function ask(options: PortalOptions, sendTargets: string): Promise<DiscoveredTarget[]> {
  await using session = await login(options, { SessionType: 'Discovery' })
  const { signal } = options
  const targets: { name: string; portals: PortalAddress[] }[] = []
  for (const [key, value] of await session.text([['SendTargets', sendTargets]], { signal })) {
    if (key === 'TargetName') targets.push({ name: value, portals: [] })
    else if (key === 'TargetAddress') addPortal(targets.at(-1)?.portals, value, session.portal.host)
    else if (key === 'SendTargets') throw new ProtocolError(`SendTargets=${sendTargets} was answered with ${value}`)
  }
  return targets
}

function addPortal(portals: PortalAddress[] | undefined, value: string, asked: string): void {
  if (!portals) throw new ProtocolError(`TargetAddress=${value} came before the first TargetName`)
  portals.push(toldPortal(value, asked))
}
