import type { NegotiatedKey } from './key.ts'
import { type NegotiatedName, negotiatedKey, negotiatedNames, type Offers } from './parameters.ts'

/** @internal What we offer and take of a key. */
export const ourOffer = (ours: Offers, name: NegotiatedName, key: NegotiatedKey<unknown, unknown>): unknown =>
  ours[name] ?? key.asOffer(key.initial)

/** @internal Whether we can live with a key's default. */
export function suitsUs(ours: Offers, name: NegotiatedName): boolean {
  const key = negotiatedKey(name)
  return key.settle(ourOffer(ours, name, key), key.asOffer(key.initial)) === key.initial
}

/** @internal The keys that we have to offer, in the order in which they are worked through. */
export const neededOffers = (ours: Offers): NegotiatedName[] =>
  negotiatedNames.filter(name => ours[name] !== undefined && !suitsUs(ours, name))
