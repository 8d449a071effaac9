import { randomInt } from 'node:crypto'
import type { Offers } from '@lunkit/pdu'
import { parsePortal, seenFrom } from './address.ts'
import { checkConnectOptions } from './connect-options.ts'
import { Connection } from './connection.ts'
import { ConnectionError } from './error.ts'
import { ISCSI_PORT, LOGIN_TIMEOUT_MS, REDIRECTIONS } from './limits.ts'
import { type LoggedIn, Login, type LoginOptions, type Redirection } from './login.ts'
import { Session, type SessionListener } from './session.ts'
import { tcp } from './tcp.ts'
import { processTimers, type Timers } from './timers.ts'
import type { OpenTransport } from './transport.ts'

/** How a portal is reached and a login is made. */
export interface PortalOptions {
  readonly host: string
  /** 3260 when left out. */
  readonly port?: number
  readonly initiatorName?: string
  /** The initiator's part of the session identifier, 48 bits; 40 of them random when left out (RFC 7143 11.12.5, type 10b). */
  readonly isid?: number
  /** What is offered instead of `DEFAULT_OFFERS`, by text key: digests, lengths, ... */
  readonly offers?: Offers
  /** Whether the login goes through the security stage first. */
  readonly securityStage?: boolean
  /** The CmdSN of the first command. */
  readonly cmdSN?: number
  readonly listener?: SessionListener
  /** Whether a target's mistakes that do no harm end the session too: for tests of targets. */
  readonly strict?: boolean
  readonly loginTimeoutMs?: number
  readonly timers?: Timers
  /** Another way to the portal than TCP. */
  readonly transport?: OpenTransport
}

/** How a session with a target is made. */
export interface ConnectOptions extends PortalOptions {
  /** The target's iSCSI name. */
  readonly target: string
}

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

/**
 * The random form of a session identifier, RFC 7143 11.12.5: two bits of type, six of zero, 24 random, 16 of ours, which are
 * random too. With the initiator's name it is the name of a SCSI port, and initiators that were given no name share one: a second
 * session of the same name and identifier would end the first.
 */
const RANDOM_ISID = 0x8000_0000_0000
const randomIsid = (): number => RANDOM_ISID + randomInt(2 ** 40)

/**
 * Connects to a portal and logs in to a target; a redirection is followed.
 * @throws {LoginError} when the target refuses. {ConnectionError} when there is no connection, or it does not last. {TypeError}
 * or {RangeError} for options that cannot be; nothing was sent then.
 */
export async function connect(options: ConnectOptions): Promise<Session> {
  checkConnectOptions(options)
  return login(options, { SessionType: 'Normal', TargetName: options.target })
}

/** @internal Logs in with these names, and makes the session. */
export async function login(options: PortalOptions, names: Offers): Promise<Session> {
  let place: PortalOptions = options
  for (let left = REDIRECTIONS; ; left--) {
    const outcome = await loginOnce(place, names)
    if (outcome instanceof Session) return outcome
    if (left === 0) throw new ConnectionError(`the login was redirected more than ${REDIRECTIONS} times`)
    place = { ...options, ...seenFrom(parsePortal(outcome.redirectedTo), place.host) }
  }
}

async function loginOnce(options: PortalOptions, names: Offers): Promise<Session | Redirection> {
  const { host, port = ISCSI_PORT, timers = processTimers, loginTimeoutMs = LOGIN_TIMEOUT_MS } = options
  const settings = { timers, listener: options.listener ?? {}, strict: options.strict ?? false }
  const { promise, resolve, reject } = Promise.withResolvers<Session | Redirection>()
  const connection = new Connection({ header: unasked, complete: unasked, ended: reject })
  const attempt = new Login(connection, loginOptions(options, names), {
    loggedIn: (outcome: LoggedIn) => {
      const session = new Session(connection, outcome, settings)
      connection.handler = session
      resolve(session)
    },
    redirected: resolve,
    failed: reject,
  })
  connection.handler = attempt
  const late = new ConnectionError(`no login at ${host} port ${port} within ${loginTimeoutMs} ms`)
  const giveUp = timers.after(loginTimeoutMs, () => {
    connection.fail(late)
    reject(late)
  })
  try {
    const opening = connection.open(options.transport ?? tcp({ host, port })).then(() => attempt.start())
    await Promise.race([opening, promise])
    return await promise
  } catch (error) {
    connection.fail(late) // whatever has failed: nothing is left open
    throw error
  } finally {
    giveUp()
  }
}

const unasked = (): never => {
  throw new ConnectionError('a PDU came before the login')
}

function loginOptions(options: PortalOptions, names: Offers): LoginOptions {
  const { initiatorName = DEFAULT_INITIATOR_NAME, isid = randomIsid(), securityStage = false, cmdSN = 1 } = options
  const offers: Offers = {
    ...DEFAULT_OFFERS,
    ...(securityStage && { AuthMethod: ['None'] }),
    ...options.offers,
    InitiatorName: initiatorName,
    ...names,
  }
  return { offers, isid, tsih: 0, cid: 0, securityStage, cmdSN }
}
