import { checkArgument } from '@lunkit/wire'
import { keys } from './keys.ts'
import { NEGOTIATION, type Negotiation, type NegotiationStart } from './negotiation.ts'
import { type Agreed, type NegotiatedName, negotiatedKey, negotiatedNames, type Parameters } from './parameters.ts'

/** What holds from what was agreed and declared; RFC 7143's defaults for the rest. */
export function parametersOf(negotiation: Negotiation): Parameters {
  checkArgument('negotiation', negotiation, NEGOTIATION)
  const { role, agreed, declared, ours, told, offered, leftOpen } = negotiation
  const values: Partial<Record<NegotiatedName, unknown>> = {}
  for (const name of negotiatedNames) {
    const key = negotiatedKey(name)
    const decided = offered.has(name) && key.decides(offered.get(name)) ? offered.get(name) : undefined
    values[name] = agreed[name] ?? decided ?? key.initial
  }
  const result = values as Agreed
  const longestBurst = result.MaxBurstLength
  // What a target asks for is never too little: where nothing was agreed, the shorter bursts suit both sides.
  if (role === 'target' && agreed.MaxBurstLength === undefined)
    result.MaxBurstLength = Math.min(longestBurst, ours.MaxBurstLength ?? longestBurst)
  const initial = keys.MaxRecvDataSegmentLength.initial as number
  const own = told.has('MaxRecvDataSegmentLength') ? (ours.MaxRecvDataSegmentLength as number) : initial
  const peer = declared.MaxRecvDataSegmentLength ?? initial
  return {
    ...result,
    FirstBurstLength: leftOpen.has('FirstBurstLength')
      ? result.FirstBurstLength
      : Math.min(result.FirstBurstLength, longestBurst),
    InitiatorMaxRecvDataSegmentLength: role === 'initiator' ? own : peer,
    TargetMaxRecvDataSegmentLength: role === 'target' ? own : peer,
  }
}

/** What a further connection of a session begins with: what its leading connection has agreed on for all of it. */
export function sessionWide(negotiation: Negotiation): NegotiationStart {
  checkArgument('negotiation', negotiation, NEGOTIATION)
  const { leftOpen, declared } = negotiation
  const parameters = parametersOf(negotiation)
  const names = negotiatedNames.filter(name => keys[name].scope === 'session')
  const agreed = Object.fromEntries(names.map(name => [name, parameters[name]])) as Partial<Agreed>
  const { SessionType = 'Normal' } = declared
  return { leading: false, agreed, leftOpen, declared: { SessionType } }
}
