import { LoginStatus, LoginStatusClass, loginStatusClass } from '@lunkit/pdu'
import type { Row } from '@lunkit/statistics'
import { portalMetrics } from '../portal-metrics.ts'
import { ABSENT, sessionMetrics } from '../session-metrics.ts'
import { Counter, type TargetStatistics } from '../statistics.ts'
import type { LoginRefusal } from './login-refusal.ts'

/** Where a login is counted. */
export interface LoginPlaces {
  readonly statistics: TargetStatistics
  /** The row of the portal that it came to. */
  readonly portal: Row
}

/** Counts a login that was refused: in all, at its portal, and for the target that it named, if that is there. */
export function countRefusal(
  { status, counted }: LoginRefusal,
  { statistics, portal }: LoginPlaces,
  targetName: string = ABSENT,
): void {
  countStatus(status, statistics)
  portal.add(portalMetrics.at.loginsRefused[counted])
  const row = statistics.sessionRow(targetName)
  row.add(sessionMetrics.at.loginsRefused[counted])
  row.release()
}

function countStatus(status: LoginStatus, statistics: TargetStatistics): void {
  if (status === LoginStatus.authenticationFailure) statistics.add(Counter.loginsAuthenticationFailed)
  if (status === LoginStatus.authorizationFailure) statistics.add(Counter.loginsAuthorizationFailed)
  const statusClass = loginStatusClass(status)
  if (statusClass === LoginStatusClass.targetError) statistics.add(Counter.loginsTargetError)
  else if (statusClass === LoginStatusClass.redirection) statistics.add(Counter.loginsRedirected)
  else statistics.add(Counter.loginsInitiatorError)
}
