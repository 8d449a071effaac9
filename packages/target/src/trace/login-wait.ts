import { BasicHeader, comparedName, InitiatorOpcode } from '@lunkit/pdu'
import type { PduListener, TracedPdu } from './traced-pdu.ts'

/** PDUs that are kept until a connection has said whose it is: the first text of a login has the name (RFC 7143 6.3.1). */
const KEPT_PDUS = 16

/** What is known of who is at the other end of a connection. */
export type Verdict = 'unknown' | 'wanted' | 'unwanted'

/** Keeps the first PDUs of a connection until its initiator is known to be the one that is wanted. */
export class LoginWait {
  readonly #wanted: string
  readonly #tell: PduListener
  readonly #decided: (wanted: boolean) => void
  #kept: TracedPdu[] = []
  #text = ''
  #verdict: Verdict = 'unknown'

  /** `decided` is called once, when it is known whether it is the one. */
  constructor(initiatorName: string, tell: PduListener, decided: (wanted: boolean) => void) {
    this.#wanted = comparedName(initiatorName)
    this.#tell = tell
    this.#decided = decided
  }

  /** Hears of a PDU of the connection. */
  readonly hear: PduListener = pdu => {
    if (this.#verdict === 'wanted') return this.#tell(pdu)
    if (this.#verdict === 'unwanted') return
    this.#kept.push(pdu)
    const name = this.#nameIn(pdu)
    if (name !== undefined) this.decide(comparedName(name) === this.#wanted)
    else if (this.#kept.length >= KEPT_PDUS) this.decide(false)
  }

  /** It is known by other means. */
  decide(wanted: boolean): void {
    if (this.#verdict !== 'unknown') return
    this.#verdict = wanted ? 'wanted' : 'unwanted'
    const kept = this.#kept
    this.#kept = []
    if (wanted) for (const pdu of kept) this.#tell(pdu)
    this.#decided(wanted)
  }

  /** The name that a login says, once it is all there. */
  #nameIn({ fromInitiator, header, data }: TracedPdu): string | undefined {
    const { opcode } = BasicHeader.view(new DataView(header.buffer, header.byteOffset))
    if (!fromInitiator || opcode !== InitiatorOpcode.loginRequest) return undefined
    this.#text += Buffer.from(data.buffer, data.byteOffset, data.length).toString('utf8')
    return /(?:^|\0)InitiatorName=([^\0]*)\0/.exec(this.#text)?.[1]
  }
}
