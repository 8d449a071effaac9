import { formatPortal } from '@lunkit/config'
import type { LaneEvent, TargetEvent } from 'lunkit'
import type { Logger } from '../log/logger.ts'
import { hostOf, type LineCause, type LinesLeftOut, LogBudget } from './log-budget.ts'
import { logPortalFailure } from './portal-failure.ts'
import { refusalRemedy } from './refusal-remedies.ts'

/** Ends of connections that an administrator is not told of: they are how connections end. */
const ORDINARY_ENDS: ReadonlySet<string> = new Set([
  'logout',
  'peerClosed',
  'loginRefused',
  'reinstated',
  'ended',
  'idle',
])

/** Those of a connection that has not logged in, beside a login that was refused, which has a line of its own. */
const TOLD_BEFORE_LOGIN: ReadonlySet<string> = new Set([
  'peerClosed',
  'loginTimedOut',
  'displaced',
  'formatError',
  'protocolError',
  'outputLimit',
])

type ConnectionEnded = Extract<TargetEvent, { kind: 'connectionEnded' }>

function isBeforeLogin({ state }: ConnectionEnded): boolean {
  return state === 'XPT_UP' || state === 'IN_LOGIN'
}

/** Who came and did not log in: a port scan, a health check, a browser, an initiator whose network fails. */
function logStranger(log: Logger, { remote, state, why, detail }: ConnectionEnded): void {
  const text = `connection from ${remote} ended before it had logged in: ${detail ?? why}`
  log[why === 'peerClosed' ? 'info' : 'warn']({ event: 'neverLoggedIn', remote, state, why, detail }, text)
}

/** Hears what a target server tells and writes it to the log, so much of it a while. Nothing is written for a command. */
export function targetLogger(log: Logger): (event: TargetEvent) => void {
  const budget = new LogBudget(left => log.warn({ event: 'linesLeftOut', ...left }, leftOutText(left)))
  return event => {
    if (event.kind === 'connectionEnded' && isBeforeLogin(event)) {
      if (TOLD_BEFORE_LOGIN.has(event.why) && budget.allows({ ...causeOf(event), kind: 'neverLoggedIn' }))
        logStranger(log, event)
      return
    }
    // How a connection ends that is not worth a line is not worth a part of the budget either.
    if (event.kind === 'connectionEnded' && ORDINARY_ENDS.has(event.why)) return
    if (budget.allows(causeOf(event))) logTargetEvent(log, event)
  }
}

/** What the log says of lines that it has not. */
export function leftOutText({ kind, host, what, lines }: LinesLeftOut): string {
  if (host === undefined) return `${lines} more lines of ${kind} from others were left out`
  if (what === undefined) return `${lines} more lines of ${kind} from ${host} were left out`
  return `${lines} more lines of ${kind} from ${host} were left out: ${what}`
}

type EventOf<K extends TargetEvent['kind']> = Extract<TargetEvent, { kind: K }>
/** Sessions that come and go are a flood only when it is many of them. */
const SESSION_LINES = 10

const causeOfSession = ({ initiatorName, targetName, discovery, remote }: Session): Omit<LineCause, 'kind'> => ({
  host: remote.host,
  what: `${initiatorName}, ${discovery ? 'discovery' : targetName}`,
  lines: SESSION_LINES,
})

/** What brings each event about, so that the same happens again. */
const CAUSES: { readonly [K in TargetEvent['kind']]: (event: EventOf<K>) => Omit<LineCause, 'kind'> } = {
  portalOpened: ({ portal }) => ({ host: formatPortal(portal), what: '' }),
  portalFailed: ({ portal, error }) => ({ host: formatPortal(portal), what: error.message }),
  acceptFailed: ({ portal, error }) => ({ host: formatPortal(portal), what: error.message }),
  connectionRefused: ({ remote, reason }) => ({ host: hostOf(remote), what: reason }),
  loginRefused: ({ remote, initiatorName = '', reason }) => ({
    host: hostOf(remote),
    what: initiatorName === '' ? reason : `${initiatorName}: ${reason}`,
  }),
  sessionStarted: ({ session }) => causeOfSession(session),
  sessionEnded: ({ session, why }) => {
    const { what, ...cause } = causeOfSession(session)
    return { ...cause, what: `${what}: ${why}` }
  },
  connectionEnded: ({ remote, why, detail }) => ({ host: hostOf(remote), what: detail ?? why }),
  fault: ({ remote, error }) => ({ host: hostOf(remote), what: String(error) }),
}

function causeOf<K extends TargetEvent['kind']>(event: EventOf<K> & { readonly kind: K }): LineCause {
  return { kind: event.kind, ...CAUSES[event.kind](event) }
}

function logTargetEvent(log: Logger, event: TargetEvent): void {
  const { kind } = event
  if (kind === 'portalOpened')
    log.info(
      { event: 'portalOpened', portal: formatPortal(event.portal) },
      `portal ${formatPortal(event.portal)} listens`,
    )
  else if (kind === 'portalFailed') logPortalFailure(log, event)
  else if (kind === 'acceptFailed') logAcceptFailure(log, event)
  else if (kind === 'connectionRefused' || kind === 'loginRefused') logRefusal(log, event)
  else if (kind === 'sessionStarted')
    log.info({ event: 'sessionStarted', session: event.session }, `session started: ${describeSession(event.session)}`)
  else if (kind === 'sessionEnded') logSessionEnd(log, event)
  else if (kind === 'connectionEnded') {
    const { remote, state, why, detail } = event
    log.warn({ event: 'connectionEnded', remote, state, why, detail }, 'connection ended')
  } else
    log.error(
      { event: 'connectionFault', remote: event.remote, err: event.error },
      'connection ended by a bug of lunkit',
    )
}

function logRefusal(log: Logger, event: EventOf<'connectionRefused' | 'loginRefused'>): void {
  const { remote, local: portal, cause: refused, reason } = event
  if (event.kind === 'connectionRefused')
    return log.warn({ event: 'connectionRefused', remote, portal, refused }, `connection refused: ${reason}`)
  const { initiatorName, targetName, targetPortalGroupTag: tag = null, status } = event
  const remedy = refusalRemedy(refused, { initiator: initiatorName ?? null, target: targetName ?? null, tag })
  log.warn(
    { event: 'loginRefused', remote, portal, initiatorName, targetName, status, refused, remedy },
    `login refused: ${reason}`,
  )
}

function logSessionEnd(log: Logger, { session, why }: Extract<TargetEvent, { kind: 'sessionEnded' }>): void {
  log.info({ event: 'sessionEnded', session, why }, `session ended (${why}): ${describeSession(session)}`)
}

type Session = Extract<TargetEvent, { kind: 'sessionStarted' }>['session']

function describeSession({ initiatorName, remote, targetName, discovery }: Session): string {
  return `${initiatorName} at ${formatPortal(remote)}, ${discovery ? 'discovery' : targetName}`
}

function logAcceptFailure(log: Logger, { portal, error }: Extract<TargetEvent, { kind: 'acceptFailed' }>): void {
  const address = formatPortal(portal)
  log.warn(
    { event: 'acceptFailed', portal: address, err: error },
    `a connection to ${address} was closed: ${error.message}`,
  )
}

/** Writes what becomes of the worker lanes to the log. */
export function logLaneEvent(log: Logger, event: LaneEvent): void {
  if (event.kind === 'withoutLibc')
    return log.warn({ event: 'withoutKoffi', err: event.cause }, `koffi could not be loaded: ${event.meaning}`)
  if (event.kind === 'direct')
    return log.info(
      { event: 'directEngine', engine: event.engine },
      `disks are read and written past the page cache by ${event.engine}`,
    )
  if (event.kind === 'unplaced') return logUnplaced(log, event)
  const { kind, lane } = event
  if (kind === 'serves') log.info({ event: 'laneServes', lane }, 'worker lane serves')
  else if (kind === 'returned' && event.cause)
    log.error(
      { event: 'laneOperationEnded', lane, disk: event.store, err: event.cause },
      `${event.store}: the operation ended with its thread`,
    )
  else if (kind === 'returned')
    log.info({ event: 'laneOperationReturned', lane, disk: event.store }, `${event.store}: the operation has returned`)
  else if (kind === 'stuck')
    log.error(
      { event: 'laneStuck', lane, disk: event.store },
      `${event.store}: an operation on its file does not return; what it is asked for waits, other disks are served`,
    )
  else log.error({ event: 'laneDied', lane: event.lane, err: event.cause }, 'worker lane died; it is started again')
}

function logUnplaced(log: Logger, { lane, cpu, code }: Extract<LaneEvent, { kind: 'unplaced' }>): void {
  const why = code === 'EINVAL' ? 'there is none, or lunkitd may not have it' : code
  log.warn(
    { event: 'laneUnplaced', lane, cpu, cause: code },
    `lane ${lane} runs on any processor, and not on ${cpu}: ${why}`,
  )
}
