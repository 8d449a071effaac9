import { checkArgument, checkOptions, type Domain, flag, type OptionDomains, object, oneOf } from '@lunkit/wire'
import { checkOffers } from './offer-check.ts'
import { neededOffers } from './our-offer.ts'
import type { Agreed, Declared, DeclaredName, NegotiatedName, Offers } from './parameters.ts'

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
  /** The keys of ours that have to be offered, because their defaults do not suit us. */
  readonly needed: readonly NegotiatedName[]
  /** Our offers that wait for their answer. */
  readonly offered: ReadonlyMap<NegotiatedName, unknown>
  /** Our offers that were answered, whatever the answer was. */
  readonly answered: ReadonlySet<NegotiatedName>
  /** Our offers that the peer has left without an answer, so that nobody knows what it takes to hold. */
  readonly leftOpen: ReadonlySet<NegotiatedName>
  readonly agreed: Readonly<Partial<Agreed>>
  /** What the peer declared. */
  readonly declared: Readonly<Declared>
  /** What we declared. */
  readonly told: ReadonlySet<DeclaredName>
  /** Every key that the peer sent in this login in a stage that has it, as it was sent, but for those of an exchange: they may come again. */
  readonly seen: ReadonlyMap<string, string>
}

/** What a negotiation begins with beside the offers. */
export interface NegotiationStart {
  /** Whether it is for the leading connection of a session; true when left out. */
  readonly leading?: boolean
  /** What the leading connection has agreed on for the session, and what it has left open. */
  readonly agreed?: Readonly<Partial<Agreed>>
  readonly leftOpen?: ReadonlySet<NegotiatedName>
  /** What it has declared of the session. */
  readonly declared?: Readonly<Declared>
}

const ROLE = oneOf(['initiator', 'target'])
const START: OptionDomains = {
  leading: flag,
  agreed: object('an object of what was agreed on'),
  leftOpen: object('a Set of names', names => names instanceof Set),
  declared: object('an object of what was declared'),
}

/** @internal What a step begins with. */
export const NEGOTIATION: Domain = object('a negotiation, as beginNegotiation() makes it', negotiation => {
  const { role, offered, told, ours } = negotiation as Partial<Negotiation>
  return typeof role === 'string' && offered instanceof Map && told instanceof Set && typeof ours === 'object'
})
/** @internal */
export const PHASE: Domain = oneOf(Object.values(NegotiationPhase))

/**
 * The start of a login. `ours` is what this side offers and takes.
 * @throws {TypeError} or {RangeError} for what cannot be offered.
 */
export function beginNegotiation(role: Negotiation['role'], ours: Offers, start: NegotiationStart = {}): Negotiation {
  checkArgument('beginNegotiation: role', role, ROLE)
  checkOffers('beginNegotiation: ours', ours)
  checkOptions('beginNegotiation: start', start, START)
  const { leading = true, agreed = {}, leftOpen = new Set(), declared = {} } = start
  return {
    role,
    leading,
    ours,
    needed: neededOffers(ours),
    offered: new Map(),
    answered: new Set(),
    leftOpen,
    agreed,
    declared,
    told: new Set(),
    seen: new Map(),
  }
}
