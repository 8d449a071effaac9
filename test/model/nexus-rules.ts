import { raised, raisedForAll, withAttentions } from './attention.ts'
import { senses } from './sense-triple.ts'
import type { NexusId, UnitState } from './unit-state.ts'

/** A session of the nexus begins. A unit that has never seen it has had its power on since (SAM-5: 29/00). */
export const nexusBegun = (state: UnitState, nexus: NexusId): UnitState =>
  state.attentions[nexus] === undefined ? withAttentions(state, nexus, [senses.powerOnOrReset]) : state

/** I_T nexus loss (SAM-5 6.3.4): its reservation ends, and it will hear of the loss. */
export function nexusLost(state: UnitState, nexus: NexusId): UnitState {
  const pending = raised(state.attentions[nexus] ?? [], senses.nexusLoss)
  return withAttentions({ ...state, holder: state.holder === nexus ? undefined : state.holder }, nexus, pending)
}

/** LOGICAL UNIT RESET (SAM-5 6.3.3): reservations end, mode parameters are the default ones, every nexus hears of it. */
export const unitReset = (state: UnitState): UnitState =>
  raisedForAll(
    { ...state, holder: undefined, softwareWriteProtected: false, descriptorSense: false },
    senses.busDeviceReset,
  )
