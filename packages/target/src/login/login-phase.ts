import {
  beginNegotiation,
  DROP,
  encodeText,
  InitiatorOpcode,
  LoginRequest,
  LoginStage,
  LoginStatus,
  leaveOpen,
  type Negotiation,
  NegotiationPhase,
  negotiate,
  offer,
  parametersOf,
  type ReceivedHeader,
  saidPair,
  saidText,
  sessionWide,
  splitText,
  TextAssembler,
  TextError,
  TextLimitError,
  type TextPair,
  unanswered,
} from '@lunkit/pdu'
import type { View } from '@lunkit/wire'
import type { Connection } from '../connection/connection.ts'
import type { Phase } from '../connection/phase.ts'
import { UNANSWERED_LOGIN_REQUESTS } from '../limits.ts'
import { ConnectionEnd } from '../server/events.ts'
import type { LoginPlace } from '../server/login-place.ts'
import { formatAddress, type PortalAddress } from '../server/portal-address.ts'
import type { Surroundings } from '../server/surroundings.ts'
import type { Session } from '../session/session.ts'
import type { SessionDescription } from '../session/session-description.ts'
import { ConnectionEvent } from '../states/connection-states.ts'
import { Counter } from '../statistics.ts'
import type { CancelDeadline } from '../timer-wheel.ts'
import { type EstablishingLogin, establish } from './establishment.ts'
import { LoginCause } from './login-cause.ts'
import { countRefusal } from './login-counts.ts'
import { LoginRefusal } from './login-refusal.ts'
import { type LoginRequestPlace, LoginResponses } from './login-responses.ts'
import { identify, type LoginSubject } from './login-subject.ts'
import { checkIdentifiers, identifiersOf, type LoginIdentifiers } from './request-rule.ts'
import { SecurityStage } from './security-stage.ts'
import { checkStage } from './stage-rule.ts'

type LoginView = View<typeof LoginRequest.fields>

/** How a login is begun. */
export interface LoginPhaseOptions {
  readonly connection: Connection
  readonly surroundings: Surroundings
  /** The address that the connection came to. */
  readonly portal: PortalAddress
  /** Its place among those that log in. */
  readonly place: LoginPlace
}

const NO_TEXT = new Uint8Array(0)
/** RFC 7143 6.3: the default length of a data segment holds throughout the login. */
const LOGIN_TEXT_BYTES = 8192
const LOGIN_OUTPUT_BYTES = 65_536

/** The login phase of a connection, RFC 7143 6.3. */
export class LoginPhase implements Phase, EstablishingLogin {
  readonly connection: Connection
  readonly surroundings: Surroundings
  readonly owed = false
  readonly unhurried = true
  readonly outputBytes = LOGIN_OUTPUT_BYTES
  readonly outputBytesAtMost: number
  readonly #portal: PortalAddress
  readonly #place: LoginPlace
  readonly #begunMs: number
  readonly #assembler: TextAssembler
  readonly #responses: LoginResponses
  #deadline: CancelDeadline
  #requests = 0
  #identifiers: LoginIdentifiers | undefined
  #stage: LoginStage | undefined
  /** The first keys as the initiator said them, for whoever asks who was refused. */
  #said: ReadonlyMap<string, string> = new Map()
  #subject: LoginSubject | undefined
  #security: SecurityStage | undefined
  #negotiation: Negotiation | undefined
  /** The session that goes on with this connection, once it has logged in. */
  #before: Session | undefined
  #unansweredRequests = 0
  /** Takes back the answer to a login that has failed, which is to be sent in a while. */
  #takeBack: CancelDeadline = () => {}
  #rest: Uint8Array[] = []
  /** The session, once it waits for the one that it reinstates. */
  session: Session | undefined

  constructor({ connection, surroundings, portal, place }: LoginPhaseOptions) {
    this.connection = connection
    this.surroundings = surroundings
    this.#responses = new LoginResponses(connection.outbox)
    this.#portal = portal
    this.#place = place
    const { textBytes, textKeys, outputBytesAtMost } = surroundings.limits
    this.outputBytesAtMost = LOGIN_OUTPUT_BYTES + outputBytesAtMost
    this.#assembler = new TextAssembler({ textBytes, keys: textKeys })
    this.#begunMs = surroundings.timers.now
    this.#deadline = this.#endAfter(surroundings.limits.loginTimeMs)
  }

  header({ opcode, dataSegmentLength }: ReceivedHeader): Uint8Array | typeof DROP {
    return opcode === InitiatorOpcode.loginRequest ? Buffer.allocUnsafe(dataSegmentLength) : DROP
  }

  complete(header: ReceivedHeader, data: Uint8Array = NO_TEXT): void {
    const view = LoginRequest.view(header.view, header.at)
    try {
      if (header.opcode === InitiatorOpcode.loginRequest) this.#take(view, header, data)
      else this.#strayPdu(header.opcode)
    } catch (error) {
      if (error instanceof LoginRefusal) this.#refuse(view, error)
      else if (error instanceof TextError) {
        const isTooLong = error instanceof TextLimitError
        if (isTooLong) this.surroundings.statistics.add(Counter.textsTooLong)
        const counted = isTooLong ? LoginCause.limit : LoginCause.protocol
        this.#refuse(view, new LoginRefusal(LoginStatus.initiatorError, error.message, counted))
      } else throw error
    }
  }

  written(): void {}

  requestLogout(): void {}

  announceEnd(why: ConnectionEnd): void {
    this.connection.end(why)
  }

  ended(): void {
    this.#deadline()
    this.#takeBack()
    this.#place.leave()
    this.session?.giveUp()
  }

  /** The login has led to the full feature phase. */
  succeeded(): void {
    this.#deadline()
    this.#place.leave()
  }

  /** RFC 7143 11.13.5: nothing but Login Requests is valid now; before the first one there is nobody to answer. */
  #strayPdu(opcode: number): void {
    const what = `a PDU with opcode 0x${opcode.toString(16)} during login`
    if (!this.#identifiers) this.connection.end(ConnectionEnd.protocolError, what)
    else throw new LoginRefusal(LoginStatus.invalidDuringLogin, what)
  }

  #take(view: LoginView, header: ReceivedHeader, data: Uint8Array): void {
    this.#checkHeader(view, header)
    if (this.#rest.length > 0) {
      if (data.length > 0)
        throw new LoginRefusal(LoginStatus.initiatorError, 'text came before all of the answer to the last was sent')
      return this.#answerNext(view)
    }
    const pairs = this.#assembler.add(data, view.continues)
    // RFC 7143 6.2: a part of a text is answered with nothing.
    if (!pairs) return this.#responses.send(view, NO_TEXT)
    const text = encodeText(this.#negotiate(view, pairs))
    if (text.length <= LOGIN_TEXT_BYTES) return this.#answer(view, text)
    this.#rest = splitText(text, LOGIN_TEXT_BYTES)
    this.#answerNext(view)
  }

  /** RFC 7143 11.12: what all Login Requests of a login have in common, and the order of stages. */
  #checkHeader(view: LoginView, header: ReceivedHeader): void {
    if (++this.#requests > this.surroundings.limits.loginRequests) {
      this.surroundings.statistics.add(Counter.loginsTooLong)
      const reason = `a login of more than ${this.#requests - 1} requests`
      throw new LoginRefusal(LoginStatus.initiatorError, reason, LoginCause.limit)
    }
    if (!this.#identifiers) this.connection.move(ConnectionEvent.loginReceived)
    const first = this.#identifiers
    this.#identifiers ??= identifiersOf(view)
    // RFC 7143 11.12.8: no number is taken during the login, and the first command has that of the login.
    if (!first) this.connection.outbox.commands = { expCmdSN: view.cmdSN, maxCmdSN: view.cmdSN }
    checkIdentifiers(view, first)
    if (header.ahsBytes > 0)
      throw new LoginRefusal(LoginStatus.initiatorError, 'a Login Request with additional header segments')
    checkStage(view, this.#stage)
    this.#stage = view.currentStage
  }

  #negotiate(view: LoginView, pairs: readonly TextPair[]): TextPair[] {
    if (this.#negotiation) this.#checkNames(pairs)
    const negotiation = this.#negotiation ?? this.#begin(pairs)
    const operational = view.currentStage === LoginStage.operationalNegotiation
    const phase = operational ? NegotiationPhase.operational : NegotiationPhase.security
    const step = negotiate(negotiation, pairs, phase)
    this.#negotiation = step.negotiation
    if (step.refusal) throw new LoginRefusal(step.refusal.status, step.refusal.reason)
    const security = this.#security as SecurityStage
    if (operational) security.checkLeft()
    const proofs = security.take(step.exchange, step.negotiation.agreed.AuthMethod)
    if (security.proven) this.#place.keep()
    else if (proofs.length > 0) this.#place.stepped()
    if (operational && view.transit) this.#doWithout()
    // What we want ourselves is said when the initiator has no more to say; our names at once.
    const ripe = operational && view.transit ? NegotiationPhase.operational : NegotiationPhase.security
    const own = offer(this.#negotiation as Negotiation, { phase: ripe, which: 'needed' })
    this.#negotiation = own.negotiation
    return [...step.answers, ...proofs, ...own.pairs]
  }

  /**
   * The initiator would move on, and has left an offer unanswered that came before: it has the default, as boot ROMs
   * mean it. Where that does not suit, or is not wanted, it may answer later.
   */
  #doWithout(): void {
    const { discovery, group } = this.#subject as LoginSubject
    const tolerant = discovery || group?.loginKeysWorkaround !== false
    const negotiation = this.#negotiation as Negotiation
    this.#negotiation = tolerant ? leaveOpen(negotiation) : negotiation
    const owed = unanswered(this.#negotiation)
    if (owed.length === 0 || ++this.#unansweredRequests < UNANSWERED_LOGIN_REQUESTS) return
    const needed = tolerant ? 'its default does not suit' : 'login_keys_workaround=0 demands it'
    throw new LoginRefusal(LoginStatus.initiatorError, `no answer to the offer of ${owed.join(', ')}; ${needed}`)
  }

  /** RFC 7143 6.3.1: who logs in, to what and for what is said in the first text, or is what it is without. */
  #checkNames(pairs: readonly TextPair[]): void {
    for (const [name, value] of pairs) {
      const without = name === 'SessionType' ? 'Normal' : name === 'TargetName' ? '' : value
      if (!this.#said.has(name) && value !== without)
        throw new LoginRefusal(
          LoginStatus.initiatorError,
          `${saidPair(name, value)} came after the first text of the login`,
        )
    }
  }

  #begin(pairs: readonly TextPair[]): Negotiation {
    this.#said = new Map(pairs)
    const ends = { portal: this.#portal, remote: this.connection.stream.remote }
    const subject = identify(this.#said, ends, this.surroundings)
    this.#subject = subject
    this.#security = new SecurityStage(subject.proof)
    this.#place.stepped()
    const { loginTimeMs } = subject.group ?? {}
    if (loginTimeMs !== undefined) {
      this.#deadline()
      this.#deadline = this.#endAfter(loginTimeMs - (this.surroundings.timers.now - this.#begunMs))
    }
    this.#before = this.#sessionToGoOn(subject)
    if (this.#before?.fullFeature) this.connection.outbox.commands = this.#before.fullFeature.window
    const leading = this.#before?.fullFeature?.negotiation
    return beginNegotiation('target', subject.offers, leading && sessionWide(leading))
  }

  /**
   * RFC 7143 6.3.1: a TSIH asks for a further connection of a session, which it cannot have, or for one in the place of
   * its own. That ends when the login is done, and not before: whoever gets no further has changed nothing.
   */
  #sessionToGoOn(subject: LoginSubject): Session | undefined {
    const { tsih, isid, cid } = this.#identifiers as LoginIdentifiers
    if (tsih === 0) return undefined
    const session = this.surroundings.registry.find(tsih)
    if (!session?.goesOn || !isOf(session.description, subject, isid))
      throw new LoginRefusal(LoginStatus.sessionDoesNotExist, `there is no session ${tsih} of this initiator`)
    if (!session.fullFeature?.has(cid))
      throw new LoginRefusal(LoginStatus.tooManyConnections, `session ${tsih} has its one connection`)
    return session
  }

  /** Sends the next part of a long answer; with the last one the login moves on, if it may. */
  #answerNext(view: LoginView): void {
    const part = this.#rest.shift() ?? NO_TEXT
    if (this.#rest.length > 0) this.#responses.send(view, part, { continues: true })
    else this.#answer(view, part)
  }

  /** Sends all of an answer, or the rest of it. */
  #answer(view: LoginView, part: Uint8Array): void {
    const next = view.transit ? this.#nextStage(view) : undefined
    if (next === undefined) return this.#responses.send(view, part)
    this.#stage = next
    if (next !== LoginStage.fullFeaturePhase) return this.#responses.send(view, part, { next })
    this.#place.keep()
    const negotiation = this.#negotiation as Negotiation
    establish({
      login: this,
      identifiers: this.#identifiers as LoginIdentifiers,
      subject: this.#subject as LoginSubject,
      proven: this.#security?.proven === true,
      negotiation,
      parameters: parametersOf(negotiation),
      before: this.#before,
      request: { tag: view.initiatorTaskTag, stage: view.currentStage, text: part },
      refuse: refusal => this.#refuse(view, refusal),
    })
  }

  /** The stage that follows; undefined while something is still to be negotiated in this one. */
  #nextStage({ currentStage, nextStage }: LoginView): LoginStage | undefined {
    const negotiation = this.#negotiation as Negotiation
    if (this.#security?.open) return undefined
    if (currentStage === LoginStage.operationalNegotiation)
      return unanswered(negotiation).length > 0 ? undefined : nextStage
    const { offered } = offer(negotiation, { phase: NegotiationPhase.operational, which: 'needed' }).negotiation
    // Where the defaults do not suit us, the operational stage must not be left out.
    return offered.size > negotiation.offered.size ? LoginStage.operationalNegotiation : nextStage
  }

  /** RFC 7143 11.13.5: tells the initiator why, and closes; who has tried a secret waits for that. */
  #refuse(request: LoginRequestPlace, refusal: LoginRefusal): void {
    this.#tell(refusal)
    const { lateAnswers, limits } = this.surroundings
    if (refusal.counted !== LoginCause.badSecret || limits.failedLoginDelayMs === 0)
      return this.#close(request, refusal)
    const { isid, tsih, initiatorTaskTag } = request
    this.#deadline()
    this.#place.leave()
    this.connection.waitForLogin()
    this.#takeBack = lateAnswers.hold({
      send: () => this.#close({ isid, tsih, initiatorTaskTag }, refusal),
      drop: () => this.connection.drop(),
    })
  }

  #close(request: LoginRequestPlace, refusal: LoginRefusal): void {
    this.#responses.refuse(request, refusal)
    this.connection.move(ConnectionEvent.loginEnded)
    this.connection.close(ConnectionEnd.loginRefused, refusal.message)
  }

  #tell(refusal: LoginRefusal): void {
    const { statistics, directory } = this.surroundings
    const named = this.#said.get('TargetName')
    const target = this.#subject?.target ?? (named === undefined ? undefined : directory.find(named))
    countRefusal(refusal, { statistics, portal: this.connection.counts.portal }, target?.name)
    this.surroundings.tell({
      kind: 'loginRefused',
      remote: this.connection.remote,
      local: formatAddress(this.connection.stream.local),
      initiatorName: said(this.#subject?.initiatorName ?? this.#said.get('InitiatorName')),
      targetName: target?.name ?? said(named),
      targetPortalGroupTag: target && (this.#subject?.group ?? directory.groupAt(target, this.#portal))?.tag,
      status: refusal.status,
      cause: refusal.counted,
      reason: refusal.message,
    })
  }

  #endAfter(delayMs: number): CancelDeadline {
    return this.surroundings.timers.after(Math.max(0, delayMs), () => {
      this.connection.counts.wrong('timeout', Counter.loginsTimedOut)
      this.connection.end(ConnectionEnd.loginTimedOut)
    })
  }
}

/** A name before anybody has looked whether it is one. */
const said = (name: string | undefined): string | undefined => (name === undefined ? undefined : saidText(name))

/** Whether a session is the one that a login is for. */
const isOf = (
  session: SessionDescription,
  { initiatorName, discovery, target, group, access }: LoginSubject,
  isid: number,
) =>
  session.initiatorName === initiatorName &&
  session.isid === isid &&
  session.discovery === discovery &&
  session.rule === access?.rule &&
  session.targetName === (target?.name ?? '') &&
  session.targetPortalGroupTag === (group?.tag ?? 0)
