import type { Observation } from './observation.ts'
import type { SenseTriple } from './sense-triple.ts'
import type { CommandOf, UnitCommand } from './unit-command.ts'
import type { NexusId, UnitFacts, UnitState } from './unit-state.ts'

/** One way in which a command may end: what the initiator then sees, and what the unit is like after it. */
export interface Ending {
  readonly state: UnitState
  readonly sees: (observation: Observation) => boolean
  readonly words: string
  /** What the unit may be like where the command was ended on its way. */
  readonly halfway?: readonly UnitState[]
}

/** A command where it is carried out. */
export interface Circumstances {
  readonly state: UnitState
  readonly facts: UnitFacts
  readonly nexus: NexusId
}

/** What the standard says of one command. */
export interface Rule<Kind extends UnitCommand['kind']> {
  /** It is answered whatever unit attention is pending (SPC-5: INQUIRY, REPORT LUNS, REQUEST SENSE). */
  readonly passesAttention?: boolean
  /** It is carried out though another nexus has reserved the unit (SPC-2). */
  readonly passesReservation?: boolean
  /** It changes the medium, so that write protection refuses it. */
  readonly changesMedium?: boolean
  /** What is wrong with it: any of these may be told. */
  readonly errors?: (command: CommandOf<Kind>, circumstances: Circumstances) => readonly SenseTriple[]
  /** How it may end when nothing is wrong. */
  readonly endings: (command: CommandOf<Kind>, circumstances: Circumstances) => readonly Ending[]
}

/** CHECK CONDITION with this sense, in the format that D_SENSE says. */
export const checkCondition = (state: UnitState, sense: SenseTriple, told = state): Ending => ({
  state,
  words: `CHECK CONDITION ${sense}${told.descriptorSense ? ' in descriptor format' : ''}`,
  sees: seen =>
    seen.ended === 'checkCondition' && seen.sense === sense && seen.descriptorFormat === told.descriptorSense,
})

/** GOOD with data that the predicate likes. */
export const good = (
  state: UnitState,
  words = 'GOOD',
  sees: (seen: Extract<Observation, { ended: 'good' }>) => boolean = () => true,
): Ending => ({ state, words, sees: seen => seen.ended === 'good' && sees(seen) })
