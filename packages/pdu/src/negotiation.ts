import { type Key, KeyUse, type NegotiatedKey } from './key.ts'
import { keyOf, keys } from './keys.ts'
import { LoginStatus } from './login.ts'
import {
  type Agreed,
  type Declared,
  type DeclaredName,
  declaredKey,
  declaredNames,
  type NegotiatedName,
  negotiatedKey,
  negotiatedNames,
  type Offers,
  type Parameters,
} from './parameters.ts'
import type { TextPair } from './text.ts'

/** The part of a connection's life in which a text is exchanged. */
export const NegotiationPhase = {
  security: 'security',
  operational: 'operational',
  fullFeature: 'fullFeature',
} as const
export type NegotiationPhase = (typeof NegotiationPhase)[keyof typeof NegotiationPhase]

/** What two sides have offered, declared and agreed so far. Never changed: a step makes a new one. */
export interface Negotiation {
  readonly role: 'initiator' | 'target'
  /** Whether this is the session's leading connection. */
  readonly leading: boolean
  readonly ours: Offers
  /** Our offers that wait for their answer. */
  readonly offered: ReadonlyMap<NegotiatedName, unknown>
  readonly agreed: Readonly<Partial<Agreed>>
  /** What the peer declared. */
  readonly declared: Readonly<Declared>
  /** What we declared. */
  readonly told: ReadonlySet<DeclaredName>
  /** Every key that the peer sent in this login. */
  readonly seen: ReadonlySet<string>
}

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
const constants: ReadonlySet<string> = new Set(Object.values(Constant))

/** The start of a login. `ours` is what this side offers and takes. */
export const beginNegotiation = (
  role: Negotiation['role'],
  ours: Offers,
  { leading = true }: { leading?: boolean } = {},
): Negotiation => ({
  role,
  leading,
  ours,
  offered: new Map(),
  agreed: {},
  declared: {},
  told: new Set(),
  seen: new Set(),
})

/** Works through a text of the peer's: RFC 7143 6.2 and 6.3, for targets and initiators alike. Nothing is changed. */
export function negotiate(
  negotiation: Negotiation,
  pairs: readonly TextPair[],
  phase: NegotiationPhase,
): NegotiationStep {
  const work = new Step(negotiation, phase)
  return work.take(pairs)
}

class Refused extends Error {
  readonly status: LoginStatus
  constructor(reason: string, status: LoginStatus = LoginStatus.initiatorError) {
    super(reason)
    this.status = status
  }
}

/** One step while it runs. */
class Step {
  readonly #before: Negotiation
  readonly #phase: NegotiationPhase
  readonly #offered: Map<NegotiatedName, unknown>
  readonly #agreed: Partial<Record<NegotiatedName, unknown>>
  readonly #declared: Partial<Record<DeclaredName, unknown>>
  readonly #seen: Set<string>
  readonly #answers: TextPair[] = []
  readonly #exchange: TextPair[] = []

  constructor(before: Negotiation, phase: NegotiationPhase) {
    this.#before = before
    this.#phase = phase
    this.#offered = new Map(before.offered)
    this.#agreed = { ...before.agreed }
    this.#declared = { ...before.declared }
    this.#seen = new Set(before.seen)
  }

  take(pairs: readonly TextPair[]): NegotiationStep {
    try {
      const byKey = this.#once(pairs)
      for (const name of Object.keys(keys)) {
        const value = byKey.get(name)
        if (value !== undefined) this.#takeKnown(name, value)
      }
      for (const [name, value] of byKey) {
        if (!keyOf(name) && !constants.has(value)) this.#answer(name, Constant.notUnderstood)
      }
      return this.#result()
    } catch (error) {
      if (!(error instanceof Refused)) throw error
      return { ...this.#result(), refusal: { status: error.status, reason: error.message } }
    }
  }

  /** RFC 7143 6.3: no key may be negotiated or declared twice in a login. */
  #once(pairs: readonly TextPair[]): Map<string, string> {
    const byKey = new Map<string, string>()
    for (const [name, value] of pairs) {
      if (byKey.has(name) || (this.#seen.has(name) && !this.#mayRepeat(name)))
        throw new Refused(`${name} was sent twice; RFC 7143 6.3 allows each key once`)
      byKey.set(name, value)
      this.#seen.add(name)
    }
    return byKey
  }

  #mayRepeat(name: string): boolean {
    const key = keyOf(name)
    if (key?.rule === 'exchange') return true
    return this.#phase === NegotiationPhase.fullFeature && key?.use === KeyUse.any
  }

  #takeKnown(name: string, value: string): void {
    const key = keyOf(name) as Key
    if (this.#offered.has(name as NegotiatedName)) this.#takeAnswer(name as NegotiatedName, value)
    else if (constants.has(value)) this.#takeRefusal(name, value)
    else if (!this.#allowed(key)) this.#answer(name, Constant.reject)
    else if (key.rule === 'obsolete') this.#answer(name, key.answer)
    else if (key.rule === 'exchange') this.#exchange.push([name, value])
    else if (key.rule === 'declared') this.#takeDeclaration(name as DeclaredName, value)
    else this.#takeOffer(name as NegotiatedName, value)
  }

  /** Whether the peer may send the key now. */
  #allowed({ use, senders }: Key): boolean {
    const peer = this.#before.role === 'target' ? 'initiator' : 'target'
    if (senders !== 'both' && senders !== peer) return false
    const fullFeature = this.#phase === NegotiationPhase.fullFeature
    if (use === KeyUse.any) return true
    if (use === KeyUse.fullFeature) return fullFeature
    if (use === KeyUse.security) return this.#phase === NegotiationPhase.security
    return !fullFeature && (use !== KeyUse.leading || this.#before.leading)
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
    if (value === undefined) throw new Refused(`${name}=${text} is not ${kind.range}`)
    this.#declared[name] = value
  }

  #takeOffer(name: NegotiatedName, text: string): void {
    const key = negotiatedKey(name)
    if (this.#irrelevant(name, key)) return this.#answer(name, Constant.irrelevant)
    const offer = key.offerKind.parse(text)
    const value = offer === undefined ? undefined : key.settle(this.#ours(name, key), offer)
    if (value === undefined) {
      if (name === 'AuthMethod')
        throw new Refused(`${name}=${text} names no method taken`, LoginStatus.authenticationFailure)
      // RFC 7143 6.2: a rejected key keeps its default; who takes CRC32C alone must not end up with None.
      this.#defaultMustSuit(name, text, key)
      return this.#answer(name, Constant.reject)
    }
    this.#agreed[name] = value
    this.#answer(name, key.kind.format(value))
  }

  #takeAnswer(name: NegotiatedName, text: string): void {
    const key = negotiatedKey(name)
    const offer = this.#offered.get(name)
    this.#offered.delete(name)
    if (constants.has(text)) {
      if (text !== Constant.irrelevant) this.#defaultMustSuit(name, text, key)
      return
    }
    const value = key.kind.parse(text)
    if (value === undefined || !key.admissible(value, offer))
      throw new Refused(`${name}=${text} is no legal answer to our offer ${key.offerKind.format(offer)}`)
    this.#agreed[name] = value
  }

  /** Of a key on which nothing was agreed: the peer sent `text`. */
  #defaultMustSuit(name: NegotiatedName, text: string, key: NegotiatedKey<unknown, unknown>): void {
    const ours = this.#ours(name, key)
    if (key.settle(ours, key.asOffer(key.initial)) === key.initial) return
    const [initial, right] = [key.kind.format(key.initial), key.offerKind.format(ours)]
    throw new Refused(`${name}=${text}: the default ${initial} does not suit us; right is ${right}`)
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
      agreed: this.#agreed as Partial<Agreed>,
      declared: this.#declared as Declared,
      seen: this.#seen,
    }
    return { negotiation, answers: this.#answers, exchange: this.#exchange }
  }
}

const ourOffer = (ours: Offers, name: NegotiatedName, key: NegotiatedKey<unknown, unknown>): unknown =>
  ours[name] ?? key.asOffer(key.initial)

/** Which offers to make. */
export interface OfferChoice {
  /** Keys of the security stage, or the others. */
  readonly phase: NegotiationPhase
  /** All of ours, as initiators do; or only those whose default does not suit us, as a target does at the end. */
  readonly which: 'all' | 'needed'
}

/** Our declarations and offers that were not made yet. */
export function offer(
  negotiation: Negotiation,
  { phase, which }: OfferChoice,
): { negotiation: Negotiation; pairs: TextPair[] } {
  const { ours, role } = negotiation
  const told = new Set(negotiation.told)
  const offered = new Map(negotiation.offered)
  const pairs: TextPair[] = []
  for (const name of declaredNames) {
    const value = ours[name]
    if (value === undefined || told.has(name) || !mayDeclare(role, name, phase)) continue
    told.add(name)
    pairs.push([name, declaredKey(name).kind.format(value)])
  }
  for (const name of negotiatedNames) {
    if (!mayOffer(negotiation, name, phase) || (which === 'needed' && suitsUs(ours, name))) continue
    const key = negotiatedKey(name)
    const value = ourOffer(ours, name, key)
    offered.set(name, value)
    pairs.push([name, key.offerKind.format(value)])
  }
  return { negotiation: { ...negotiation, told, offered }, pairs }
}

/** Names go out first; the length of a data segment, like all operational keys, after the security stage. */
function mayDeclare(role: Negotiation['role'], name: DeclaredName, phase: NegotiationPhase): boolean {
  const { senders, scope } = keys[name]
  return (senders === 'both' || senders === role) && (scope === 'session' || phase !== NegotiationPhase.security)
}

function mayOffer(negotiation: Negotiation, name: NegotiatedName, phase: NegotiationPhase): boolean {
  const { use, inDiscovery } = keys[name]
  if (negotiation.ours[name] === undefined || name in negotiation.agreed || negotiation.offered.has(name)) return false
  if (negotiation.seen.has(name) || phase === NegotiationPhase.fullFeature) return false
  if (use === KeyUse.leading && !negotiation.leading) return false
  const { role, declared, ours } = negotiation
  const sessionType = role === 'target' ? declared.SessionType : ours.SessionType
  if (!inDiscovery && sessionType === 'Discovery') return false
  return (use === KeyUse.security) === (phase === NegotiationPhase.security)
}

/** Whether we can live with a key's default. */
function suitsUs(ours: Offers, name: NegotiatedName): boolean {
  const key = negotiatedKey(name)
  return key.settle(ourOffer(ours, name, key), key.asOffer(key.initial)) === key.initial
}

/** Our offers whose answer is still to come; those that decide by themselves need none (RFC 7143 6.2.2). */
export const unanswered = (negotiation: Negotiation): NegotiatedName[] =>
  [...negotiation.offered].filter(([name, value]) => !negotiatedKey(name).decides(value)).map(([name]) => name)

/** What holds from what was agreed and declared; RFC 7143's defaults for the rest. */
export function parametersOf(negotiation: Negotiation): Parameters {
  const { role, agreed, declared, ours, told, offered } = negotiation
  const values: Partial<Record<NegotiatedName, unknown>> = {}
  for (const name of negotiatedNames) {
    const key = negotiatedKey(name)
    const decided = offered.has(name) && key.decides(offered.get(name)) ? offered.get(name) : undefined
    values[name] = agreed[name] ?? decided ?? key.initial
  }
  const result = values as Agreed
  const initial = keys.MaxRecvDataSegmentLength.initial as number
  const own = told.has('MaxRecvDataSegmentLength') ? (ours.MaxRecvDataSegmentLength ?? initial) : initial
  const peer = declared.MaxRecvDataSegmentLength ?? initial
  return {
    ...result,
    FirstBurstLength: Math.min(result.FirstBurstLength, result.MaxBurstLength),
    InitiatorMaxRecvDataSegmentLength: role === 'initiator' ? own : peer,
    TargetMaxRecvDataSegmentLength: role === 'target' ? own : peer,
  }
}
