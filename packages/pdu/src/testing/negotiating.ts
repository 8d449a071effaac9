import {
  beginNegotiation,
  type NegotiationPhase,
  type NegotiationStep,
  negotiate,
  type Offers,
  type TextPair,
} from '../index.ts'

/** `A=1 B=2` as pairs. */
export const text = (line: string): TextPair[] =>
  line.split(' ').map(entry => {
    const [key, ...value] = entry.split('=')
    return [key as string, value.join('=')]
  })

/** Pairs as a line. */
export const line = (pairs: readonly TextPair[]): string => pairs.map(([key, value]) => `${key}=${value}`).join(' ')

/** What a target with these offers answers to one text of the initiator's. */
export function asTarget(ours: Offers, pairs: string, phase: NegotiationPhase = 'operational'): NegotiationStep {
  return negotiate(beginNegotiation('target', ours), text(pairs), phase)
}
