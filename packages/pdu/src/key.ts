import { numberFrom, oneOf, type ValueKind, yesNo } from './text-value.ts'

/** When a key may be sent, RFC 7143 13. */
export const KeyUse = {
  /** Only in the login phase (IO). */
  initial: 'initial',
  /** Only in the login phase of a session's leading connection (LO). */
  leading: 'leading',
  /** In any phase (ALL). */
  any: 'any',
  /** Only in the full feature phase (FFPO). */
  fullFeature: 'fullFeature',
  /** Only in the security negotiation stage, RFC 7143 12. */
  security: 'security',
} as const
export type KeyUse = (typeof KeyUse)[keyof typeof KeyUse]

/** What all keys say of themselves. */
export interface KeyPlace {
  /** The clause that defines the key. */
  readonly spec: string
  readonly scope: 'connection' | 'session'
  readonly use: KeyUse
  readonly senders: 'initiator' | 'target' | 'both'
  /** Whether the key means something in a discovery session; elsewhere it is answered with Irrelevant. */
  readonly inDiscovery: boolean
}

/** A key whose sender says what is; there is no answer. */
export interface DeclaredKey<T> extends KeyPlace {
  readonly rule: 'declared'
  readonly kind: ValueKind<T>
  /** What holds when nothing was declared; undefined when then nothing does. */
  readonly initial: T | undefined
}

/** A key on which both sides agree, RFC 7143 6.2. `T` is what they agree on, `O` what is offered. */
export interface NegotiatedKey<T, O = T> extends KeyPlace {
  readonly rule: 'minimum' | 'maximum' | 'and' | 'or' | 'list'
  readonly kind: ValueKind<T>
  readonly offerKind: ValueKind<O>
  /** What holds without a negotiation. */
  readonly initial: T
  /** What both end up with; undefined when nothing suits both, which is answered with Reject. */
  settle(ours: O, offered: O): T | undefined
  /** Whether `answer` may follow our `offer`. */
  admissible(answer: T, offer: O): boolean
  /** Whether the offer alone decides, so that no answer is needed (RFC 7143 6.2.2). */
  decides(offer: O): boolean
  asOffer(value: T): O
}

/** A key that is part of an exchange of its own: the caller answers. */
export interface ExchangedKey extends KeyPlace {
  readonly rule: 'exchange'
}

/** A key of RFC 3720 that RFC 7143 13.25 obsoletes: there is one answer whatever is offered. */
export interface ObsoleteKey extends KeyPlace {
  readonly rule: 'obsolete'
  readonly answer: 'No' | 'Reject'
}

/** A text key as it is declared. */
export type Key = DeclaredKey<unknown> | NegotiatedKey<unknown, unknown> | ExchangedKey | ObsoleteKey

/** @internal */
export const declared = <T>(kind: ValueKind<T>, initial: T | undefined, place: KeyPlace): DeclaredKey<T> => ({
  ...place,
  rule: 'declared',
  kind,
  initial,
})

/** Lowest and highest value, and what holds without a negotiation. */
type Range = readonly [low: number, high: number, initial: number]

const numeric = ([low, high, initial]: Range) => ({
  kind: numberFrom(low, high),
  offerKind: numberFrom(low, high),
  initial,
  decides: () => false,
  asOffer: (value: number) => value,
})

/** @internal Both get the smaller number. */
export const minimum = (range: Range, place: KeyPlace): NegotiatedKey<number> => ({
  ...place,
  ...numeric(range),
  rule: 'minimum',
  settle: Math.min,
  admissible: (answer, offer) => answer <= offer,
})

/** @internal Both get the larger number. */
export const maximum = (range: Range, place: KeyPlace): NegotiatedKey<number> => ({
  ...place,
  ...numeric(range),
  rule: 'maximum',
  settle: Math.max,
  admissible: (answer, offer) => answer >= offer,
})

const boolean = (initial: boolean) => ({
  kind: yesNo,
  offerKind: yesNo,
  initial,
  asOffer: (value: boolean) => value,
})

/** @internal Yes when both say Yes. */
export const and = (initial: boolean, place: KeyPlace): NegotiatedKey<boolean> => ({
  ...place,
  ...boolean(initial),
  rule: 'and',
  settle: (ours, offered) => ours && offered,
  admissible: (answer, offer) => offer || !answer,
  decides: offer => !offer,
})

/** @internal Yes when one says Yes. */
export const or = (initial: boolean, place: KeyPlace): NegotiatedKey<boolean> => ({
  ...place,
  ...boolean(initial),
  rule: 'or',
  settle: (ours, offered) => ours || offered,
  admissible: (answer, offer) => answer || !offer,
  decides: offer => offer,
})

/** @internal The first of the offer's values, in its order of preference, that the answering side takes too. */
export function list<const T extends string>(
  words: readonly T[],
  initial: NoInfer<T>,
  place: KeyPlace,
): NegotiatedKey<T, readonly T[]> {
  const kind = oneOf(words)
  return {
    ...place,
    rule: 'list',
    kind,
    offerKind: {
      range: `a list of ${kind.range}`,
      // Words that are not known cannot be chosen; they are no mistake (RFC 7143 6.2.1).
      parse: text => (text === '' ? undefined : text.split(',').filter((word): word is T => words.includes(word as T))),
      format: words => words.join(','),
    },
    initial,
    settle: (ours, offered) => offered.find(word => ours.includes(word)),
    admissible: (answer, offer) => offer.includes(answer),
    decides: () => false,
    asOffer: value => [value],
  }
}
