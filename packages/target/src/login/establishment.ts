import {
  LoginResponse,
  type LoginStage,
  LoginStatus,
  type Negotiation,
  type Parameters,
  LoginStage as Stage,
} from '@lunkit/pdu'
import type { Connection } from '../connection/connection.ts'
import { FullFeatureConnection } from '../full-feature/full-feature-connection.ts'
import { FullFeaturePhase } from '../full-feature/full-feature-phase.ts'
import type { Surroundings } from '../server/surroundings.ts'
import { FullFeatureSession } from '../session/full-feature-session.ts'
import type { Session } from '../session/session.ts'
import type { SessionDescription } from '../session/session-description.ts'
import { ConnectionEvent } from '../states/connection-states.ts'
import { Counter } from '../statistics.ts'
import { LoginRefusal } from './login-refusal.ts'
import { type LoginSubject, revoked } from './login-subject.ts'
import type { LoginIdentifiers } from './request-rule.ts'

/** The digest that there is, RFC 7143 13.1. */
const CRC32C = 'CRC32C'

/** A login that becomes a session. */
export interface EstablishingLogin {
  readonly connection: Connection
  readonly surroundings: Surroundings
  /** The session, once it waits for the one that it reinstates. */
  session: Session | undefined
  /** The login has led to the full feature phase. */
  succeeded(): void
}

/** A login that has negotiated all it wanted to. */
export interface ConcludedLogin {
  readonly login: EstablishingLogin
  readonly identifiers: LoginIdentifiers
  readonly subject: LoginSubject
  /** Whether the initiator has proved who it is. */
  readonly proven: boolean
  readonly negotiation: Negotiation
  /** What holds by that. */
  readonly parameters: Parameters
  /** The session in which this connection takes the place of another one. */
  readonly before: Session | undefined
  /** The last Login Request: its tag, its stage, and the text that answers it. */
  readonly request: { readonly tag: number; readonly stage: LoginStage; readonly text: Uint8Array }
  readonly refuse: (refusal: LoginRefusal) => void
}

/**
 * Begins the session that a login asks for, or goes on with it. The final Login Response waits for the end of the
 * session, or of the connection, whose place is taken.
 */
export function establish(concluded: ConcludedLogin): void {
  const { login, before } = concluded
  let started = false
  const ready = (session: Session, reinstates: boolean): void => {
    started = true
    if (login.connection.over) return
    const refusal = revoked(concluded, login.surroundings)
    if (refusal) {
      login.session = session
      return concluded.refuse(refusal)
    }
    start(concluded, session, reinstates)
    // Not before: what has come meanwhile is for the full feature phase.
    login.connection.loginReady()
  }
  const session = before ? goOn(concluded, before, ready) : begin(concluded, ready)
  if (started || !session) return
  login.session = session
  login.connection.waitForLogin()
}

type Ready = (session: Session, reinstates: boolean) => void

function begin(concluded: ConcludedLogin, ready: Ready): Session | undefined {
  const { login, subject, refuse } = concluded
  const session = login.surroundings.registry.begin(describe(concluded), login.connection, ready)
  const reason = `no session handle is free for ${subject.initiatorName}`
  if (!session) refuse(new LoginRefusal(LoginStatus.outOfResources, reason))
  return session
}

/** RFC 7143 6.3.4: the old connection is logged out by this, and its tasks end without a further word. */
function goOn(concluded: ConcludedLogin, before: Session, ready: Ready): Session | undefined {
  const { login, refuse } = concluded
  const { registry } = login.surroundings
  if (before.goesOn)
    return registry.goOn(before, { description: describe(concluded), connection: login.connection }, session =>
      ready(session, false),
    )
  const reason = `session ${before.description.tsih} has ended during the login`
  refuse(new LoginRefusal(LoginStatus.sessionDoesNotExist, reason))
  return undefined
}

function describe({ login, subject, identifiers, parameters }: ConcludedLogin): Omit<SessionDescription, 'tsih'> {
  const { remote, local } = login.connection.stream
  const { AuthMethod: authMethod, HeaderDigest, DataDigest } = parameters
  return {
    initiatorName: subject.initiatorName,
    ...(subject.initiatorAlias !== undefined && { initiatorAlias: subject.initiatorAlias }),
    isid: identifiers.isid,
    targetName: subject.target?.name ?? '',
    targetPortalGroupTag: subject.group?.tag ?? 0,
    discovery: subject.discovery,
    ...(subject.access?.rule !== undefined && { rule: subject.access.rule }),
    authMethod,
    headerDigest: HeaderDigest === CRC32C,
    dataDigest: DataDigest === CRC32C,
    remote,
    local,
  }
}

function start(concluded: ConcludedLogin, session: Session, reinstates: boolean): void {
  const { login, subject, before } = concluded
  const { connection, surroundings } = login
  const { statistics } = surroundings
  login.session = undefined
  login.succeeded()
  connection.move(ConnectionEvent.loginAccepted)
  connection.engine.into()
  session.start(subject.discovery ? undefined : subject.group?.router)
  connection.engine.outOf()
  const served = serve(concluded, session)
  respond(concluded, session, served)
  connection.enter(new FullFeaturePhase(served))
  session.fullFeature = served.session
  if (reinstates) statistics.add(Counter.sessionsReinstated)
  if (before) statistics.add(Counter.connectionsReinstated)
  else statistics.add(subject.discovery ? Counter.discoverySessionsStarted : Counter.sessionsStarted)
  connection.counts.loggedIn()
  surroundings.traces.sessionStarted(session)
  surroundings.tell({ kind: 'sessionStarted', session: session.description })
}

/** The full feature phase of a session, with its leading connection. */
function serve(concluded: ConcludedLogin, life: Session): FullFeatureConnection {
  const { login, subject, identifiers, negotiation, parameters, before } = concluded
  const { connection, surroundings } = login
  const { access, group } = subject
  const { cmdSN, cid } = identifiers
  const { nexus } = life
  const numbers = before?.fullFeature?.window
  const session = new FullFeatureSession({
    life,
    surroundings,
    negotiation,
    parameters,
    access,
    nexus,
    cmdSN,
    before: numbers,
  })
  const served = new FullFeatureConnection({
    connection,
    session,
    negotiation,
    parameters,
    access,
    cid,
    maxSentDataSegmentLength: group?.maxSentDataSegmentLength,
    sendTargets: value => surroundings.directory.sendTargets(value, life.description),
  })
  session.join(served)
  return served
}

/** The Login Final-Response; digests begin with what follows it (RFC 7143 13.1). */
function respond(
  { identifiers, request }: ConcludedLogin,
  life: Session,
  { connection, session, parameters }: FullFeatureConnection,
): void {
  const { outbox, decoder } = connection
  outbox.commands = session.window
  const out = outbox.answer(LoginResponse)
  out.transit = true
  out.currentStage = request.stage
  out.nextStage = Stage.fullFeaturePhase
  out.isid = identifiers.isid
  out.tsih = life.description.tsih
  out.initiatorTaskTag = request.tag
  outbox.endWith(request.text)
  decoder.headerDigest = parameters.HeaderDigest === CRC32C
  decoder.dataDigest = parameters.DataDigest === CRC32C
  decoder.maxDataSegmentLength = parameters.TargetMaxRecvDataSegmentLength
  outbox.useDigests(decoder.headerDigest, decoder.dataDigest)
}
