import { formatPortal, type PortalAddress } from '@lunkit/config'
import type { OfKind, TargetEvent } from 'lunkit'
import type { Logger } from '../log/logger.ts'

/** Says why a portal cannot be opened. */
export function logPortalFailure(
  log: Pick<Logger, 'error'>,
  { portal, error }: OfKind<TargetEvent, 'portalFailed'>,
): void {
  const address = formatPortal(portal)
  log.error(
    { event: 'portalFailed', portal: address, err: error },
    `portal ${address} cannot be opened: ${explainListenError(portal, error)}`,
  )
}

const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program, or the kernel target, listens there',
  EADDRNOTAVAIL: 'this machine does not have the address',
  EACCES: 'permission is denied: ports below 1024 need CAP_NET_BIND_SERVICE',
  EAFNOSUPPORT: 'this machine has no network of that kind',
  EINVAL: 'this machine has no such interface, or the address is not one of it',
}
const WILDCARDS: ReadonlySet<string> = new Set(['0.0.0.0', '::'])
/** The same of a portal for every address, whose port has to be free at each. */
const WILDCARD_ERRORS: typeof LISTEN_ERRORS = {
  EADDRINUSE: 'another program, or the kernel target, listens at this port of one of the addresses',
}

/** Why an address cannot be listened at, in words. */
export function explainListenError({ host }: PortalAddress, error: Error): string {
  const { code = '' } = error as NodeJS.ErrnoException
  const why = (WILDCARDS.has(host) ? WILDCARD_ERRORS[code] : undefined) ?? LISTEN_ERRORS[code]
  return why === undefined ? error.message : `${why} (${code})`
}
