import { type SenseTriple, senses } from './sense-triple.ts'
import type { NexusId, UnitState } from './unit-state.ts'

/** SAM-5 5.14: the resets by precedence, highest first. One says all that lower ones and what is no reset could. */
const RESETS: readonly SenseTriple[] = [senses.powerOnOrReset, senses.busDeviceReset, senses.nexusLoss]

const rankOf = (sense: SenseTriple): number => {
  const rank = RESETS.indexOf(sense)
  return rank < 0 ? RESETS.length : rank
}

/** The list with one more unit attention. */
export function raised(pending: readonly SenseTriple[], sense: SenseTriple): readonly SenseTriple[] {
  const rank = rankOf(sense)
  if (pending.includes(sense)) return pending
  if (rank === RESETS.length) return [...pending, sense]
  return pending.some(other => rankOf(other) < rank) ? pending : [sense]
}

/** The unit attentions of which one may be reported next: the one of highest precedence, or any of those that have none. */
export function reportable(pending: readonly SenseTriple[]): readonly SenseTriple[] {
  const first = Math.min(...pending.map(rankOf))
  return pending.filter(sense => rankOf(sense) === first)
}

/** The state after a unit attention was established for every nexus that is known, but one. */
export function raisedForAll(state: UnitState, sense: SenseTriple, except?: NexusId): UnitState {
  const attentions = Object.fromEntries(
    Object.entries(state.attentions).map(([nexus, pending]) => [
      nexus,
      Number(nexus) === except ? pending : raised(pending, sense),
    ]),
  )
  return { ...state, attentions }
}

/** The state with another list of unit attentions of one nexus. */
export const withAttentions = (state: UnitState, nexus: NexusId, pending: readonly SenseTriple[]): UnitState => ({
  ...state,
  attentions: { ...state.attentions, [nexus]: pending },
})
