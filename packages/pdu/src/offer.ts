import { checkArgument, checkOptions, oneOf, required } from '@lunkit/wire'
import { KeyUse } from './key.ts'
import { keys } from './keys.ts'
import { NEGOTIATION, type Negotiation, NegotiationPhase, PHASE } from './negotiation.ts'
import { ourOffer, suitsUs } from './our-offer.ts'
import {
  type DeclaredName,
  declaredKey,
  declaredNames,
  type NegotiatedName,
  negotiatedKey,
  negotiatedNames,
} from './parameters.ts'
import type { TextPair } from './text.ts'

/** Which offers to make. */
export interface OfferChoice {
  /** Keys of the security stage, or the others. */
  readonly phase: NegotiationPhase
  /** All of ours, as initiators do; or only those whose default does not suit us, as a target does at the end. */
  readonly which: 'all' | 'needed'
}

/** Whether a key may be offered in a phase; nothing is negotiated after the login. */
const isOf = (phase: NegotiationPhase, name: NegotiatedName): boolean =>
  phase !== NegotiationPhase.fullFeature &&
  (keys[name].use === KeyUse.security) === (phase === NegotiationPhase.security)

const CHOICE = { phase: required(PHASE), which: required(oneOf(['all', 'needed'])) }

/**
 * Our declarations and offers that were not made yet.
 * @throws {TypeError} or {RangeError} for what is no negotiation, or no choice.
 */
export function offer(negotiation: Negotiation, choice: OfferChoice): { negotiation: Negotiation; pairs: TextPair[] } {
  checkArgument('offer: negotiation', negotiation, NEGOTIATION)
  checkOptions('offer: choice', choice, CHOICE)
  const { phase, which } = choice
  const { ours, role, agreed } = negotiation
  const pairs: TextPair[] = []
  const told: DeclaredName[] = []
  for (const name of declaredNames) {
    const value = ours[name]
    if (value === undefined || negotiation.told.has(name) || !mayDeclare(role, name, phase)) continue
    told.push(name)
    pairs.push([name, declaredKey(name).kind.format(value)])
  }
  let ownOffered: Map<NegotiatedName, unknown> | undefined
  for (const name of which === 'needed' ? negotiation.needed : negotiatedNames) {
    if (!isOf(phase, name) || !mayOffer(negotiation, name)) continue
    // Not before: what it depends on may be among these offers, and comes before it.
    if (name === 'FirstBurstLength' && isAllSolicited({ agreed, offered: ownOffered ?? negotiation.offered })) continue
    const key = negotiatedKey(name)
    const value = ourOffer(ours, name, key)
    ownOffered ??= new Map(negotiation.offered)
    ownOffered.set(name, value)
    pairs.push([name, key.offerKind.format(value)])
  }
  if (pairs.length === 0) return { negotiation, pairs }
  const { offered } = negotiation
  const after = { told: new Set([...negotiation.told, ...told]), offered: ownOffered ?? offered }
  return { negotiation: { ...negotiation, ...after }, pairs }
}

/** Names go out first; the length of a data segment, like all operational keys, after the security stage. */
function mayDeclare(role: Negotiation['role'], name: DeclaredName, phase: NegotiationPhase): boolean {
  const { senders, scope } = keys[name]
  return (senders === 'both' || senders === role) && (scope === 'session' || phase !== NegotiationPhase.security)
}

function mayOffer(negotiation: Negotiation, name: NegotiatedName): boolean {
  const { ours, agreed, offered, answered, leftOpen, seen, leading } = negotiation
  if (ours[name] === undefined || name in agreed || offered.has(name) || answered.has(name)) return false
  if (leftOpen.has(name) || seen.has(name)) return false
  if (keys[name].use === KeyUse.leading && !leading) return false
  return !isIdle(negotiation, name)
}

/** Whether nothing depends on the key, so that it is not offered: RFC 7143 13 calls it irrelevant, or might as well. */
function isIdle({ role, declared, ours }: Negotiation, name: NegotiatedName): boolean {
  const { inDiscovery, scope } = keys[name]
  const sessionType = role === 'target' ? declared.SessionType : ours.SessionType
  // A discovery session is never recovered, which is what its other session-wide keys are about.
  return sessionType === 'Discovery' && (!inDiscovery || (role === 'target' && scope === 'session'))
}

/** RFC 7143 13.14: whether it is certain that nothing is sent unasked, so that FirstBurstLength bounds nothing. */
function isAllSolicited({ agreed, offered }: Pick<Negotiation, 'agreed' | 'offered'>): boolean {
  const certain = (name: 'InitialR2T' | 'ImmediateData'): unknown => {
    if (name in agreed || !offered.has(name)) return agreed[name] ?? keys[name].initial
    const value = offered.get(name)
    return negotiatedKey(name).decides(value) ? value : undefined
  }
  return certain('InitialR2T') === true && certain('ImmediateData') === false
}

/** Our offers whose answer is still to come; those that decide by themselves need none (RFC 7143 6.2.2). */
export function unanswered(negotiation: Negotiation): NegotiatedName[] {
  checkArgument('negotiation', negotiation, NEGOTIATION)
  if (negotiation.offered.size === 0) return []
  return [...negotiation.offered].filter(([name, value]) => !negotiatedKey(name).decides(value)).map(([name]) => name)
}

/**
 * Goes on without the answers that the peer owes, as far as we can: an initiator that leaves them out has RFC 7143's
 * defaults. What has a default that does not suit us stays unanswered.
 */
export function leaveOpen(negotiation: Negotiation): Negotiation {
  checkArgument('leaveOpen: negotiation', negotiation, NEGOTIATION)
  if (negotiation.offered.size === 0) return negotiation
  const offered = new Map(negotiation.offered)
  const leftOpen = new Set(negotiation.leftOpen)
  for (const name of unanswered(negotiation)) {
    if (!isNumber(name) && !suitsUs(negotiation.ours, name)) continue
    offered.delete(name)
    leftOpen.add(name)
  }
  return { ...negotiation, offered, leftOpen }
}

/** @internal Whether a key is a bound or a time, with whose default anybody can live. */
export const isNumber = (name: NegotiatedName): boolean => ['minimum', 'maximum'].includes(keys[name].rule)
