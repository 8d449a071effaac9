import { comparedName, LoginStatus, saidText } from '@lunkit/pdu'
import type { KeepOut } from '../server/kept-out.ts'
import { canonicalAddress, formatAddress, isNumericHost, type PortalAddress } from '../server/portal-address.ts'
import type { GroupOfTarget, GroupRedirection } from '../server/target.ts'
import { LoginCause } from './login-cause.ts'
import { LoginRedirection, LoginRefusal } from './login-refusal.ts'

/** A login that has found the portal group that it is for. */
export interface PlacedLogin extends GroupOfTarget {
  readonly initiatorName: string
  /** The portal that it came to. */
  readonly portal: PortalAddress
}

/**
 * Sends a login elsewhere, or keeps it out, where it is to be for now. Who is sent away need not show who it is: where it is sent is no
 * secret. One that has come to where it would be sent is let in, as it would come back without end.
 * @throws {LoginRefusal}
 */
export function checkPlace(login: PlacedLogin, keepOut: KeepOut): void {
  const { target, group, initiatorName, portal } = login
  const kept = keepOut({ initiatorName, targetName: target.name, targetPortalGroupTag: group.tag, portal })
  const elsewhere = kept?.elsewhere ?? redirectionOf(login)
  if (!kept && !elsewhere) return
  const what = `portal group ${group.tag} of ${saidText(target.name)}`
  if (elsewhere && !isAt(elsewhere, portal)) throw new LoginRedirection(what, elsewhere)
  if (kept) throw new LoginRefusal(LoginStatus.serviceUnavailable, `${what} ${kept.reason}`, LoginCause.drained)
}

function redirectionOf({ group: { redirections = [] }, initiatorName }: PlacedLogin): GroupRedirection | undefined {
  const own = redirections.find(({ initiator }) => initiator !== undefined && comparedName(initiator) === initiatorName)
  return own ?? redirections.find(({ initiator }) => initiator === undefined)
}

/** Whether it is there already; where a name leads nobody here knows. */
const isAt = ({ host, port }: Pick<GroupRedirection, 'host' | 'port'>, portal: PortalAddress): boolean =>
  isNumericHost(host) && formatAddress(canonicalAddress({ host, port })) === formatAddress(canonicalAddress(portal))
