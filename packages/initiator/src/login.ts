import {
  beginNegotiation,
  type Declared,
  DROP,
  encodeText,
  LOGIN_DATA_SEGMENT_BYTES,
  LoginRequest,
  LoginResponse,
  LoginStage,
  LoginStatus,
  LoginStatusClass,
  loginStatusClass,
  type Negotiation,
  NegotiationPhase,
  negotiate,
  type Offers,
  offer,
  type Parameters,
  parametersOf,
  type ReceivedHeader,
  splitText,
  TextAssembler,
  TextError,
  type TextPair,
  unanswered,
} from '@lunkit/pdu'
import type { View } from '@lunkit/wire'
import { ChapExchange } from './chap/chap-exchange.ts'
import { type ChapOptions, chapTerms } from './chap/chap-options.ts'
import type { Connection, ConnectionHandler } from './connection.ts'
import { AuthenticationError, AuthenticationFault, type ConnectionError, LoginError, ProtocolError } from './error.ts'
import { LOGIN_EXCHANGES } from './limits.ts'
import { Sequence } from './sequence.ts'

/** What a login says, and wants. */
export interface LoginOptions {
  readonly offers: Offers
  readonly isid: number
  /** 0 for a new session, RFC 7143 11.12.6. */
  readonly tsih: number
  readonly cid: number
  /** Whether the login goes through the security stage (AuthMethod=None) or starts with the operational one. */
  readonly securityStage: boolean
  /** The CmdSN of the session's first command. */
  readonly cmdSN: number
  /** How both sides show who they are, which takes the security stage. Nothing of it is offered without. */
  readonly auth?: ChapOptions | undefined
}

/** What came of a login. */
export interface LoggedIn {
  readonly parameters: Parameters
  readonly sequence: Sequence
  readonly tsih: number
  /** What the target said of itself: TargetPortalGroupTag, TargetAlias. */
  readonly declared: Readonly<Declared>
}

/** The target sends the login elsewhere. */
export interface Redirection {
  /** The values of TargetAddress, one or more. */
  readonly redirectedTo: readonly string[]
  /** Whether it has moved for good, RFC 7143 11.13.5: who comes back goes there at once. */
  readonly permanent: boolean
}

/** Hears how a login ends; exactly one of both is called, once. */
export interface LoginListener {
  /** Called while the last PDU of the login is received: what comes next belongs to the session. */
  loggedIn(outcome: LoggedIn): void
  redirected(redirection: Redirection): void
  failed(reason: ConnectionError): void
}

const LOGIN_TASK_TAG = 0
const phaseOf = (stage: LoginStage): NegotiationPhase =>
  stage === LoginStage.securityNegotiation ? NegotiationPhase.security : NegotiationPhase.operational

/** The login phase of one connection, RFC 7143 6.3. */
export class Login implements ConnectionHandler {
  readonly #connection: Connection
  readonly #options: LoginOptions
  readonly #listener: LoginListener
  readonly #text = new TextAssembler()
  #negotiation: Negotiation
  #stage: LoginStage
  /** Undefined where no authentication is to be, or the target was let off it. */
  #chap: ChapExchange | undefined
  #sequence: Sequence | undefined
  /** Pieces of our text that were not sent yet. */
  #pieces: Uint8Array[] = []
  #exchanges = 0
  #over = false

  constructor(connection: Connection, options: LoginOptions, listener: LoginListener) {
    this.#connection = connection
    this.#options = options
    this.#listener = listener
    const { auth, offers, securityStage } = options
    const methods: Offers = auth ? { AuthMethod: ['CHAP'] } : {}
    this.#negotiation = beginNegotiation('initiator', { ...methods, ...offers })
    this.#chap = auth && new ChapExchange(chapTerms(auth))
    this.#stage = securityStage || auth ? LoginStage.securityNegotiation : LoginStage.operationalNegotiation
  }

  /** Sends the first request. */
  start(): void {
    this.#enterStage([])
    this.#connection.flush()
  }

  header(header: ReceivedHeader): Uint8Array | typeof DROP {
    return header.opcode === LoginResponse.opcode ? Buffer.allocUnsafe(header.dataSegmentLength) : DROP
  }

  complete({ view, at, opcode }: ReceivedHeader, data: Uint8Array | undefined): void {
    if (this.#over) return
    if (opcode !== LoginResponse.opcode)
      throw new ProtocolError(`PDU with opcode ${opcode} came during the login, a Login Response was next`)
    const response = LoginResponse.view(view, at)
    this.#countExchange(response)
    const refused = loginStatusClass(response.status)
    // RFC 7143 11.13.4: the numbers mean something with success only.
    if (refused === LoginStatusClass.success) this.#countStatus(response)
    if (refused > LoginStatusClass.redirection) return this.#refuse(response.status)
    const pairs = this.#collect(data, response.continues)
    if (!pairs) return this.#request([])
    if (refused === LoginStatusClass.redirection) this.#redirect(response.status, pairs)
    else this.#answer(response, pairs)
  }

  ended(reason: ConnectionError): void {
    if (this.#over) return
    this.#end()
    this.#listener.failed(reason)
  }

  #countExchange({ initiatorTaskTag }: View<typeof LoginResponse.fields>): void {
    if (initiatorTaskTag !== LOGIN_TASK_TAG)
      throw new ProtocolError(
        `a Login Response came with task tag ${initiatorTaskTag}, ${LOGIN_TASK_TAG} was asked with`,
      )
    if (++this.#exchanges > LOGIN_EXCHANGES)
      throw new ProtocolError(`the login took more than ${LOGIN_EXCHANGES} requests`)
  }

  #countStatus({ statSN, expCmdSN, maxCmdSN }: View<typeof LoginResponse.fields>): void {
    this.#sequence ??= new Sequence({ cmdSN: this.#options.cmdSN, expStatSN: statSN, expCmdSN, maxCmdSN })
    this.#sequence.status(statSN)
    this.#sequence.window(expCmdSN, maxCmdSN)
  }

  #collect(data: Uint8Array | undefined, continues: boolean): TextPair[] | undefined {
    try {
      return this.#text.add(data ?? new Uint8Array(0), continues)
    } catch (error) {
      if (error instanceof TextError) throw new ProtocolError(`Login Response: ${error.message}`, { cause: error })
      throw error
    }
  }

  #refuse(status: number): void {
    this.#end()
    this.#listener.failed(new LoginError(status, 'the target refused the login'))
    this.#connection.fail(new ProtocolError('the login was refused'))
  }

  #redirect(status: number, pairs: readonly TextPair[]): void {
    const redirectedTo = pairs.flatMap(([key, value]) => (key === 'TargetAddress' ? [value] : []))
    if (redirectedTo.length === 0) throw new ProtocolError('the login was redirected without a TargetAddress')
    this.#end()
    this.#listener.redirected({ redirectedTo, permanent: status === LoginStatus.targetMovedPermanently })
    this.#connection.fail(new ProtocolError('the login was redirected'))
  }

  #answer(response: View<typeof LoginResponse.fields>, pairs: readonly TextPair[]): void {
    const { chap, others } = this.#isProving ? ChapExchange.parts(pairs) : { chap: [], others: pairs }
    this.#mustTakeMethod(others)
    const { negotiation, answers, exchange, refusal } = negotiate(this.#negotiation, others, phaseOf(this.#stage))
    if (refusal) throw new ProtocolError(`login: ${refusal.reason}`)
    if (exchange.length > 0)
      throw new ProtocolError(`login: the target asks for ${exchange[0]?.[0]}, which AuthMethod=None does not have`)
    this.#negotiation = negotiation
    // What is left of our own text goes out before anything else.
    if (this.#pieces.length > 0) return this.#request([])
    const proof = this.#isProving ? this.#prove(chap, response.transit) : []
    if (!response.transit) return this.#request([...answers, ...proof])
    if (response.currentStage !== this.#stage || response.nextStage !== this.#next())
      throw new ProtocolError(
        `the login moved from stage ${response.currentStage} to ${response.nextStage}, asked was ${this.#stage} to ${this.#next()}`,
      )
    this.#stage = this.#next()
    if (this.#stage !== LoginStage.fullFeaturePhase) return this.#enterStage(answers)
    if (answers.length > 0) throw new ProtocolError(`the login ended with an offer of ${answers[0]?.[0]}`)
    this.#finish(response.tsih)
  }

  get #isProving(): boolean {
    return this.#chap !== undefined && this.#stage === LoginStage.securityNegotiation
  }

  /** A target that does not take what alone was offered would go on without. */
  #mustTakeMethod(pairs: readonly TextPair[]): void {
    if (!this.#isProving) return
    const method = pairs.find(([key]) => key === 'AuthMethod')?.[1]
    if (method === undefined || method === 'CHAP' || this.#maySkip) return
    throw new AuthenticationError(AuthenticationFault.skipped, `it answered AuthMethod=${method}, CHAP was demanded`)
  }

  /** Whether the target may do without an authentication. */
  get #maySkip(): boolean {
    return this.#negotiation.ours.AuthMethod?.includes('None') === true
  }

  /** What is to be said for our part of the authentication, now that the target has said this of its own. */
  #prove(pairs: readonly TextPair[], ends: boolean): readonly TextPair[] {
    const method = this.#negotiation.agreed.AuthMethod
    if (method === 'None') {
      this.#chap = undefined
      return []
    }
    const chap = this.#chap as ChapExchange
    // What was not answered yet may be with the next response.
    const proof = method === undefined ? chap.wait(pairs) : chap.take(pairs)
    if (ends) chap.end()
    return proof
  }

  /** RFC 7143 6.3.1: the T bit says that nothing more is to be said in the stage. */
  get #mayEndStage(): boolean {
    return !this.#isProving || this.#maySkip || (this.#chap as ChapExchange).mayEnd
  }

  #next(): LoginStage {
    return this.#stage === LoginStage.securityNegotiation
      ? LoginStage.operationalNegotiation
      : LoginStage.fullFeaturePhase
  }

  #finish(tsih: number): void {
    const open = unanswered(this.#negotiation)
    if (open.length > 0) throw new ProtocolError(`the login ended, but ${open.join(', ')} was not answered`)
    this.#end()
    const parameters = parametersOf(this.#negotiation)
    const { writer, decoder } = this.#connection
    writer.headerDigest = decoder.headerDigest = parameters.HeaderDigest === 'CRC32C'
    writer.dataDigest = decoder.dataDigest = parameters.DataDigest === 'CRC32C'
    decoder.maxDataSegmentLength = parameters.InitiatorMaxRecvDataSegmentLength
    const { declared } = this.#negotiation
    this.#listener.loggedIn({ parameters, sequence: this.#sequence as Sequence, tsih, declared })
  }

  #end(): void {
    this.#over = true
    this.#chap?.close()
  }

  #enterStage(answers: readonly TextPair[]): void {
    const made = offer(this.#negotiation, { phase: phaseOf(this.#stage), which: 'all' })
    this.#negotiation = made.negotiation
    this.#request([...answers, ...made.pairs])
  }

  /** Sends a request with this text, or with the next piece of one that is under way. */
  #request(pairs: readonly TextPair[]): void {
    if (pairs.length > 0) this.#pieces.push(...splitText(encodeText(pairs), LOGIN_DATA_SEGMENT_BYTES))
    const piece = this.#pieces.shift()
    const continues = this.#pieces.length > 0
    const { writer } = this.#connection
    const request = writer.compose(LoginRequest)
    request.transit = !continues && this.#mayEndStage
    request.continues = continues
    request.currentStage = this.#stage
    // NSG means something only with the T bit (RFC 7143 11.12.3).
    if (request.transit) request.nextStage = this.#next()
    request.isid = this.#options.isid
    request.tsih = this.#options.tsih
    request.cid = this.#options.cid
    request.initiatorTaskTag = LOGIN_TASK_TAG
    request.cmdSN = this.#options.cmdSN
    request.expStatSN = this.#sequence?.expStatSN ?? 0
    if (piece) writer.endWith(piece)
    else writer.end()
  }
}
