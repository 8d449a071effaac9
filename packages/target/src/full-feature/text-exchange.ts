import {
  encodeText,
  type Negotiation,
  NegotiationPhase,
  negotiate,
  parametersOf,
  RESERVED_TAG,
  RejectReason,
  splitText,
  TextAssembler,
  TextError,
  TextLimitError,
  type TextPair,
  type TextRequest,
  TextResponse,
} from '@lunkit/pdu'
import type { View } from '@lunkit/wire'
import type { Outbox } from '../connection/outbox.ts'
import type { FullFeatureSession } from '../session/full-feature-session.ts'
import { Counter } from '../statistics.ts'

type TextView = View<typeof TextRequest.fields>

/** What texts are exchanged on. */
export interface TextConnection {
  readonly session: FullFeatureSession
  /** What its own login has negotiated. */
  readonly negotiation: Negotiation
  readonly outbox: Outbox
  /** The longest data segment that is sent now. */
  readonly maxSentBytes: number
  /** The answer to SendTargets with a value; undefined where it names nothing. */
  readonly sendTargets: (value: string) => TextPair[] | undefined
  /** The initiator has declared the longest data segment that it receives. */
  initiatorTakes(maxRecvDataSegmentLength: number): void
}

/** Why a text is refused. */
class Refused extends Error {
  readonly reason: RejectReason

  constructor(reason: RejectReason) {
    super(`text refused for reason ${reason}`)
    this.reason = reason
  }
}

const NO_TEXT = new Uint8Array(0)
const SEND_TARGETS = 'SendTargets'

/** The text exchanges of a connection, of which there is one at a time (RFC 7143 11.10 and 11.11). */
export class TextExchange {
  readonly #home: TextConnection
  #negotiation: Negotiation
  /** What the exchange under way would change; it takes effect at its end (RFC 7143 6.4). */
  #draft: Negotiation
  /** From the first text on: most connections have none. */
  #assembler: TextAssembler | undefined
  /** The tags of the exchange under way. */
  #initiatorTaskTag = RESERVED_TAG
  #targetTransferTag = RESERVED_TAG
  #lastTag = 0
  /** What is left to be sent of an answer. */
  #rest: Uint8Array[] = []

  constructor(home: TextConnection) {
    this.#home = home
    this.#negotiation = home.negotiation
    this.#draft = home.negotiation
  }

  /** Answers a request, or says why it is rejected: the exchange that it is part of is forgotten then. */
  serve(view: TextView, data: Uint8Array): RejectReason | undefined {
    try {
      this.#take(view, data)
      return undefined
    } catch (error) {
      this.#reset()
      if (error instanceof TextLimitError) this.#home.session.statistics.add(Counter.textsTooLong)
      if (error instanceof Refused) return error.reason
      if (error instanceof TextError) return RejectReason.protocolError
      throw error
    }
  }

  #take(view: TextView, data: Uint8Array): void {
    const { final, continues, initiatorTaskTag, targetTransferTag } = view
    if (final && continues) throw new Refused(RejectReason.protocolError)
    // RFC 7143 11.10.4: the reserved tag begins anew, any other one goes on with what it names.
    if (targetTransferTag === RESERVED_TAG) this.#reset()
    else if (targetTransferTag !== this.#targetTransferTag || initiatorTaskTag !== this.#initiatorTaskTag)
      throw new Refused(RejectReason.invalidPduField)
    this.#initiatorTaskTag = initiatorTaskTag
    if (this.#rest.length > 0) {
      if (data.length > 0) throw new Refused(RejectReason.protocolError)
      return this.#sendNext(final)
    }
    this.#assembler ??= this.#newAssembler()
    const pairs = this.#assembler.add(data, continues)
    // RFC 7143 6.2: a part of a text is answered with nothing.
    if (!pairs) return this.#send(NO_TEXT, { final: false, continues: false })
    this.#rest = splitText(encodeText(this.#answer(pairs)), this.#home.maxSentBytes)
    this.#sendNext(final)
  }

  #answer(pairs: readonly TextPair[]): TextPair[] {
    const step = negotiate(this.#draft, pairs, NegotiationPhase.fullFeature)
    if (step.refusal) throw new Refused(RejectReason.protocolError)
    const [asked] = step.exchange
    if (asked) return this.#sendTargets(asked, pairs)
    this.#draft = step.negotiation
    return [...step.answers]
  }

  /** RFC 7143 appendix C. */
  #sendTargets([key, value]: TextPair, pairs: readonly TextPair[]): TextPair[] {
    if (key !== SEND_TARGETS || pairs.length > 1) throw new Refused(RejectReason.protocolError)
    const answer = this.#home.sendTargets(value)
    if (!answer) throw new Refused(RejectReason.protocolError)
    return answer
  }

  /** Sends the next part of the answer; the last one is final if the initiator is. */
  #sendNext(initiatorFinal: boolean): void {
    const part = this.#rest.shift() ?? NO_TEXT
    const last = this.#rest.length === 0
    this.#send(part, { final: last && initiatorFinal, continues: !last })
  }

  #send(text: Uint8Array, { final, continues }: { final: boolean; continues: boolean }): void {
    const { outbox, session } = this.#home
    session.window.open()
    const out = outbox.answer(TextResponse)
    out.final = final
    out.continues = continues
    out.initiatorTaskTag = this.#initiatorTaskTag
    if (final) this.#settle()
    else this.#targetTransferTag = this.#newTag()
    out.targetTransferTag = this.#targetTransferTag
    outbox.endWith(text)
  }

  #settle(): void {
    if (this.#negotiation !== this.#draft) {
      this.#negotiation = this.#draft
      this.#home.initiatorTakes(parametersOf(this.#negotiation).InitiatorMaxRecvDataSegmentLength)
    }
    this.#reset()
  }

  #newTag(): number {
    this.#lastTag = (this.#lastTag + 1) % RESERVED_TAG
    return this.#lastTag
  }

  #reset(): void {
    this.#rest = []
    this.#draft = this.#negotiation
    this.#targetTransferTag = RESERVED_TAG
    if (this.#assembler?.begun) this.#assembler = undefined
  }

  #newAssembler(): TextAssembler {
    const { textBytes, textKeys } = this.#home.session.limits
    return new TextAssembler({ textBytes, keys: textKeys })
  }
}
