import type { AnswerOf, AuditRecord } from '@lunkit/control'
import { Access, FaultKind, routes } from '@lunkit/control/client'
import type { CallCounts } from './call-counts.ts'

const RESULTS: readonly AuditRecord['outcome'][] = ['done', ...Object.values(FaultKind)]
const CHANGING = Object.entries(routes).flatMap(([name, { access }]) => (access === Access.changes ? [name] : []))

/** How often each method was called that changes something, those that nobody has called too. */
export const toldCalls = (counts: CallCounts): AnswerOf<'inventory'>['calls'] =>
  CHANGING.flatMap(method => RESULTS.map(result => ({ method, result, calls: counts.of(method, result) })))
