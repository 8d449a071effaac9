import { randomInt } from 'node:crypto'
import type { Offers } from '@lunkit/pdu'
import { parseIscsiUrl, urlAuth } from './address.ts'
import {
  type ConnectOptions,
  checkConnectOptions,
  type PortalOptions,
  type UrlConnectOptions,
} from './connect-options.ts'
import { Connection } from './connection.ts'
import { ConnectionError, TimeoutError } from './error.ts'
import { KEEP_ALIVE_MS, LOGIN_TIMEOUT_MS } from './limits.ts'
import { type LoggedIn, Login, type LoginOptions, type Redirection } from './login.ts'
import { watch } from './patience.ts'
import { follow, portalOf } from './redirections.ts'
import { Session } from './session.ts'
import type { SessionSettings } from './session-settings.ts'
import { tcp } from './tcp.ts'
import { processTimers } from './timers.ts'

/** Who the initiator is when nothing else is said. */
export const DEFAULT_INITIATOR_NAME = 'iqn.2026-11.io.lunkit:initiator'

/** What an initiator offers when nothing else is said. */
export const DEFAULT_OFFERS = {
  HeaderDigest: ['None'],
  DataDigest: ['None'],
  MaxRecvDataSegmentLength: 262_144,
  InitialR2T: false,
  ImmediateData: true,
  MaxBurstLength: 1_048_576,
  FirstBurstLength: 262_144,
  DefaultTime2Wait: 2,
  DefaultTime2Retain: 0,
  MaxOutstandingR2T: 8,
  DataPDUInOrder: true,
  DataSequenceInOrder: true,
  MaxConnections: 1,
  ErrorRecoveryLevel: 0,
} as const satisfies Offers

const RANDOM_ISID = 0x8000_0000_0000

/**
 * @internal The random form of a session identifier, RFC 7143 11.12.5: two bits of type, six of zero, 24 random, 16 of ours, which are
 * random too. With the initiator's name it is the name of a SCSI port, and initiators that were given no name share one: a second
 * session of the same name and identifier would end the first.
 */
export const randomIsid = (): number => RANDOM_ISID + randomInt(2 ** 40)

/**
 * Connects to a portal and logs in to a target; a redirection is followed. The target is told by options, or by a URL:
 * `iscsi://[user%password@]host[:port]/target/lun`, whose logical unit is `session.unit`.
 * @throws {LoginError} when the target refuses. {AuthenticationError} when this initiator refuses the target. {ConnectionError} when there is no connection, or it does not last, a
 * {ProtocolError} where the target broke a rule.
 * {TimeoutError} when it takes too long, or the signal's reason. {TypeError} or {RangeError} for options that cannot be;
 * nothing was sent then.
 */
export async function connect(options: ConnectOptions): Promise<Session>
export async function connect(url: string | URL, options?: UrlConnectOptions): Promise<Session>
export async function connect(to: ConnectOptions | string | URL, more: UrlConnectOptions = {}): Promise<Session> {
  const options = typeof to === 'string' || to instanceof URL ? addressed(to, more) : to
  checkConnectOptions(options)
  return login(options, { SessionType: 'Normal', TargetName: options.target })
}

/** @internal What a URL says beside these options. */
export function addressed(url: string | URL, more: UrlConnectOptions): ConnectOptions {
  const parsed = parseIscsiUrl(String(url))
  const { host, port, target, lun } = parsed
  if (target === undefined) throw new RangeError('the URL names no target; right is iscsi://host[:port]/target/lun')
  const byUrl = urlAuth(parsed)
  if (byUrl && more?.auth)
    throw new RangeError('the URL has a user name, and there is the option auth; right is one of both')
  const { headerDigest } = parsed
  const offers = headerDigest && { offers: { HeaderDigest: [headerDigest], ...more?.offers } }
  return { host, port, target, ...(lun !== undefined && { lun }), ...more, ...offers, auth: byUrl ?? more?.auth }
}

/** @internal Logs in with these names, and makes the session. */
export async function login(options: PortalOptions & { readonly lun?: number }, names: Offers): Promise<Session> {
  options.signal?.throwIfAborted()
  const { timers = processTimers, host } = options
  const unwanted = new AbortController()
  const stopWatching = watch(options, { what: `the login at ${host}`, timers }, reason => unwanted.abort(reason))
  try {
    return await follow(options, place => loginOnce(place, names, unwanted.signal))
  } finally {
    stopWatching()
  }
}

async function loginOnce(options: PortalOptions, names: Offers, unwanted: AbortSignal): Promise<Session | Redirection> {
  const { timers = processTimers, loginTimeoutMs = LOGIN_TIMEOUT_MS } = options
  const { host, port } = portalOf(options)
  const { promise, resolve, reject } = Promise.withResolvers<Session | Redirection>()
  const connection = new Connection({ header: unasked, complete: unasked, ended: reject })
  const attempt = new Login(connection, loginOptions(options, names), {
    loggedIn: (outcome: LoggedIn) => {
      const session = new Session(connection, outcome, sessionSettings(options, names))
      connection.handler = session
      resolve(session)
    },
    redirected: resolve,
    failed: reject,
  })
  connection.handler = attempt
  const late = new TimeoutError(`no login at ${host} port ${port} within ${loginTimeoutMs} ms`, loginTimeoutMs)
  const giveUp = () => reject(unwanted.reason)
  const stopTimer = timers.after(loginTimeoutMs, () => reject(late))
  unwanted.addEventListener('abort', giveUp)
  try {
    const opening = connection.open(options.transport ?? tcp({ host, port })).then(() => attempt.start())
    await Promise.race([opening, promise])
    return await promise
  } catch (error) {
    // Whatever has failed: nothing is left open.
    connection.fail(new ConnectionError('the login was given up', { cause: error }))
    throw error
  } finally {
    stopTimer()
  }
}

function sessionSettings(options: PortalOptions & { readonly lun?: number }, { SessionType }: Offers): SessionSettings {
  const { timers = processTimers, listener = {}, strict = false, attentions = 'session', lun = 0 } = options
  const { keepAlive = {}, commandTimeoutMs } = options
  // RFC 7143 4.3: a discovery session has Text and Logout, and no NOP-Out.
  const kept = SessionType === 'Discovery' || keepAlive === false ? undefined : { ...KEEP_ALIVE_MS, ...keepAlive }
  return { timers, listener, strict, attentions, lun, keepAlive: kept, commandTimeoutMs, portal: portalOf(options) }
}

const unasked = (): never => {
  throw new ConnectionError('a PDU came before the login')
}

function loginOptions(options: PortalOptions, names: Offers): LoginOptions {
  const { initiatorName = DEFAULT_INITIATOR_NAME, isid = randomIsid(), securityStage = false, cmdSN = 1 } = options
  const offers: Offers = {
    ...DEFAULT_OFFERS,
    ...(securityStage && !options.auth && { AuthMethod: ['None'] }),
    ...options.offers,
    InitiatorName: initiatorName,
    ...names,
  }
  return { offers, isid, tsih: 0, cid: 0, securityStage, cmdSN, auth: options.auth }
}
