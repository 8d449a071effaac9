import { checkArgument } from '@lunkit/wire'
import { comparedName } from './compared-name.ts'
import { type Key, KeyUse, type NegotiatedKey } from './key.ts'
import { keyOf, keys } from './keys.ts'
import { LoginStatus } from './login.ts'
import { NEGOTIATION, type Negotiation, NegotiationPhase, PHASE } from './negotiation.ts'
import { isNumber } from './offer.ts'
import { ourOffer } from './our-offer.ts'
import {
  type Agreed,
  type Declared,
  type DeclaredName,
  declaredKey,
  type NegotiatedName,
  negotiatedKey,
} from './parameters.ts'
import { saidPair } from './said.ts'
import type { TextPair } from './text.ts'
import { PAIRS } from './text-domains.ts'
import { iscsiName, type ValueKind } from './text-value.ts'

/** Why a negotiation cannot go on: a target answers with this login status, an initiator drops the connection. */
export interface NegotiationRefusal {
  readonly status: LoginStatus
  readonly reason: string
}

/** What came of a text. */
export interface NegotiationStep {
  readonly negotiation: Negotiation
  /** What to send back. */
  readonly answers: readonly TextPair[]
  /** Keys that the caller has to answer itself: SendTargets, and those of an authentication. */
  readonly exchange: readonly TextPair[]
  readonly refusal?: NegotiationRefusal
}

/** RFC 7143 6.2: what may stand in an answer instead of a value. */
const Constant = { notUnderstood: 'NotUnderstood', irrelevant: 'Irrelevant', reject: 'Reject' } as const
const KEY_NAMES = Object.keys(keys)
const constants: ReadonlySet<string> = new Set(Object.values(Constant))

/**
 * Works through a text of the peer's: RFC 7143 6.2 and 6.3, for targets and initiators alike. Nothing is changed.
 * @throws {TypeError} or {RangeError} for what is no negotiation, no text or no phase.
 */
export function negotiate(
  negotiation: Negotiation,
  pairs: readonly TextPair[],
  phase: NegotiationPhase,
): NegotiationStep {
  checkArgument('negotiate: negotiation', negotiation, NEGOTIATION)
  checkArgument('negotiate: pairs', pairs, PAIRS)
  checkArgument('negotiate: phase', phase, PHASE)
  if (pairs.length === 0) return { negotiation, answers: [], exchange: [] }
  return new Step(negotiation, phase).take(pairs)
}

class Refused extends Error {
  readonly status: LoginStatus
  constructor(reason: string, status: LoginStatus = LoginStatus.initiatorError) {
    super(reason)
    this.status = status
  }
}

/** One step while it runs. What it changes nothing of stays the same object. */
class Step {
  readonly #before: Negotiation
  readonly #phase: NegotiationPhase
  #offered: Negotiation['offered']
  #agreed: Partial<Record<NegotiatedName, unknown>>
  #declared: Partial<Record<DeclaredName, unknown>>
  #answered: Negotiation['answered']
  #seen: Map<string, string>
  readonly #answers: TextPair[] = []
  readonly #exchange: TextPair[] = []
  /** Keys that nobody knows, each once. */
  readonly #unknown: string[] = []

  constructor(before: Negotiation, phase: NegotiationPhase) {
    this.#before = before
    this.#phase = phase
    this.#offered = before.offered
    this.#agreed = before.agreed
    this.#declared = before.declared
    this.#answered = before.answered
    this.#seen = before.seen as Map<string, string>
  }

  take(pairs: readonly TextPair[]): NegotiationStep {
    try {
      const byKey = this.#once(pairs)
      for (const name of KEY_NAMES) {
        const value = byKey.get(name)
        if (value !== undefined) this.#takeKnown(name, value)
      }
      for (const name of this.#unknown) this.#answer(name, Constant.notUnderstood)
      return this.#result()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return { ...this.#result(), refusal: { status: error.status, reason: error.message } }
    }
  }

  /**
   * RFC 7143 6.3: no key may be negotiated or declared a second time in a login. To say the same again is neither:
   * libiscsi repeats its names after a security stage, and its offers wherever the target has more to say.
   */
  #once(pairs: readonly TextPair[]): Map<string, string> {
    const byKey = new Map<string, string>()
    for (const [name, value] of pairs) {
      const key = keyOf(name)
      const before = byKey.get(name) ?? (this.#mayRepeat(key) ? undefined : this.#seen.get(name))
      if (before !== undefined && !isSame(name, before, value))
        throw new Refused(
          `${saidPair(name, value)} came after ${saidPair(name, before)}; RFC 7143 6.3 allows each key one value`,
        )
      if (!key && !constants.has(value) && !byKey.has(name)) this.#unknown.push(name)
      byKey.set(name, value)
      if (this.#counts(key, name, value)) this.#see(name, value)
    }
    return byKey
  }

  /** Whether it is said at all: a key of another stage is answered with Reject, and may come in its own. */
  #counts(key: Key | undefined, name: string, value: string): boolean {
    if (!key || constants.has(value)) return true
    if (key.rule === 'exchange') return false
    return this.#offered.has(name as NegotiatedName) || this.#allowed(key)
  }

  #see(name: string, value: string): void {
    if (this.#seen === this.#before.seen) this.#seen = new Map(this.#seen)
    this.#seen.set(name, value)
  }

  #mayRepeat(key: Key | undefined): boolean {
    if (key?.rule === 'exchange') return true
    return this.#phase === NegotiationPhase.fullFeature && (!key || key.use === KeyUse.any)
  }

  #takeKnown(name: string, value: string): void {
    const key = keyOf(name) as Key
    if (this.#offered.has(name as NegotiatedName)) this.#takeAnswer(name as NegotiatedName, value)
    else if (this.#answered.has(name as NegotiatedName)) return
    else if (constants.has(value)) this.#takeRefusal(name, value)
    else if (!this.#allowed(key)) this.#answer(name, Constant.reject)
    else if (key.rule === 'obsolete') this.#answer(name, key.answer)
    else if (key.rule === 'exchange') this.#exchange.push([name, value])
    else if (key.rule === 'declared') this.#takeDeclaration(name as DeclaredName, value)
    else this.#takeOffer(name as NegotiatedName, value)
  }

  /** Whether the peer may send the key now. */
  #allowed(key: Key): boolean {
    const { use, senders } = key
    const peer = this.#before.role === 'target' ? 'initiator' : 'target'
    if (senders !== 'both' && senders !== peer) return false
    // RFC 7143 13: of the operational keys none but those of any stage may come in the security stage.
    if (this.#phase === NegotiationPhase.security && use !== KeyUse.security && !isOfAnyStage(key)) return false
    const fullFeature = this.#phase === NegotiationPhase.fullFeature
    if (use === KeyUse.any) return true
    if (use === KeyUse.fullFeature) return fullFeature
    if (use === KeyUse.security) return this.#phase === NegotiationPhase.security
    // What is declared of the session may be said again by a further connection of it.
    return !fullFeature && (use !== KeyUse.leading || this.#before.leading || key.rule === 'declared')
  }

  /** A key that we did not offer came with a constant: an answer to a declaration of ours, or nonsense. */
  #takeRefusal(name: string, value: string): void {
    const ours = keyOf(name)?.rule === 'declared' && this.#before.told.has(name as DeclaredName)
    if (!ours) throw new Refused(`${name}=${value} answers nothing that was offered`)
    if (value === Constant.reject) throw new Refused(`the peer rejected our ${name}`)
  }

  #takeDeclaration(name: DeclaredName, text: string): void {
    const { kind } = declaredKey(name)
    const value = kind.parse(text)
    if (value === undefined) throw new Refused(`${saidPair(name, text)} is not ${kind.range}`)
    if (this.#declared === this.#before.declared) this.#declared = { ...this.#declared }
    this.#declared[name] = value
  }

  #agree(name: NegotiatedName, value: unknown): void {
    if (this.#agreed === this.#before.agreed) this.#agreed = { ...this.#agreed }
    this.#agreed[name] = value
  }

  #takeOffer(name: NegotiatedName, text: string): void {
    const key = negotiatedKey(name)
    if (this.#before.seen.has(name) && name in this.#agreed)
      return this.#answer(name, key.kind.format(this.#agreed[name]))
    if (this.#irrelevant(name, key)) return this.#answer(name, Constant.irrelevant)
    const offer = key.offerKind.parse(text)
    const value = offer === undefined ? undefined : key.settle(this.#ours(name, key), offer)
    if (value === undefined) {
      if (name === 'AuthMethod')
        throw new Refused(`${saidPair(name, text)} names no method taken`, LoginStatus.authenticationFailure)
      // RFC 7143 6.2: a rejected key keeps its default; who takes CRC32C alone must not end up with None.
      this.#defaultMustSuit(name, text, key)
      return this.#answer(name, Constant.reject)
    }
    this.#agree(name, value)
    this.#answer(name, key.kind.format(value))
  }

  #takeAnswer(name: NegotiatedName, text: string): void {
    const key = negotiatedKey(name)
    const offer = this.#offered.get(name)
    this.#offered = new Map([...this.#offered].filter(([offered]) => offered !== name))
    this.#answered = new Set([...this.#answered, name])
    if (constants.has(text)) {
      // A list is never irrelevant: who demands a digest must not end up with None.
      if (text !== Constant.irrelevant || key.rule === 'list') this.#defaultMustSuit(name, text, key)
      return
    }
    const value = key.kind.parse(text)
    if (value === undefined || !key.admissible(value, offer))
      throw new Refused(`${saidPair(name, text)} is no legal answer to our offer ${key.offerKind.format(offer)}`)
    this.#agree(name, value)
  }

  /** Of a key on which nothing was agreed, so that its default holds: the peer sent `text`. */
  #defaultMustSuit(name: NegotiatedName, text: string, key: NegotiatedKey<unknown, unknown>): void {
    const ours = this.#ours(name, key)
    if (isNumber(name) || key.settle(ours, key.asOffer(key.initial)) === key.initial) return
    const [initial, right] = [key.kind.format(key.initial), key.offerKind.format(ours)]
    throw new Refused(`${saidPair(name, text)}: the default ${initial} does not suit us; right is ${right}`)
  }

  /** RFC 7143 13: keys that mean nothing in this session, or beside what was agreed before. */
  #irrelevant(name: NegotiatedName, { inDiscovery }: Key): boolean {
    if (!inDiscovery && this.#sessionType() === 'Discovery') return true
    return name === 'FirstBurstLength' && this.#value('InitialR2T') === true && this.#value('ImmediateData') === false
  }

  #sessionType(): unknown {
    const { role, ours } = this.#before
    return role === 'target' ? this.#declared.SessionType : ours.SessionType
  }

  #value(name: NegotiatedName): unknown {
    return this.#agreed[name] ?? negotiatedKey(name).initial
  }

  /** What we take. RFC 7143 13.14: FirstBurstLength must not exceed MaxBurstLength. */
  #ours(name: NegotiatedName, key: NegotiatedKey<unknown, unknown>): unknown {
    const ours = ourOffer(this.#before.ours, name, key)
    return name === 'FirstBurstLength' ? Math.min(ours as number, this.#value('MaxBurstLength') as number) : ours
  }

  #answer(name: string, value: string): void {
    this.#answers.push([name, value])
  }

  #result(): NegotiationStep {
    const negotiation: Negotiation = {
      ...this.#before,
      offered: this.#offered,
      answered: this.#answered,
      agreed: this.#agreed as Partial<Agreed>,
      declared: this.#declared as Declared,
      seen: this.#seen,
    }
    return { negotiation, answers: this.#answers, exchange: this.#exchange }
  }
}

/** RFC 7143 13: what says who talks with whom may be said in any stage of a login. */
const isOfAnyStage = ({ rule, scope }: Key): boolean => rule === 'declared' && scope === 'session'

/** Whether two texts are the same value of a key: 0x200 is 512, and names do not depend on case (RFC 7143 4.2.7.1). */
function isSame(name: string, one: string, other: string): boolean {
  return one === other || valueOf(name, one) === valueOf(name, other)
}

function valueOf(name: string, text: string): string {
  const key = keyOf(name)
  const kind: ValueKind<unknown> | undefined =
    key && 'offerKind' in key ? key.offerKind : key?.rule === 'declared' ? key.kind : undefined
  const value = kind?.parse(text)
  if (value === undefined) return text
  return kind === iscsiName ? comparedName(text) : (kind?.format(value) ?? text)
}
