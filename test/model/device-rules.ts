import { reportable, withAttentions } from './attention.ts'
import {
  compareAndWrite,
  getLbaStatus,
  read,
  synchronizeCache,
  unmap,
  verify,
  verifyMedium,
  write,
  writeAndVerify,
  writeSame,
} from './medium-rules.ts'
import {
  inquiry,
  modeSelect,
  modeSense,
  readCapacity,
  release,
  requestSense,
  reserve,
  testUnitReady,
} from './primary-rules.ts'
import { type Circumstances, checkCondition, type Ending, type Rule } from './rule.ts'
import { type SenseTriple, senses } from './sense-triple.ts'
import type { UnitCommand } from './unit-command.ts'

type AnyRule = { readonly [Kind in UnitCommand['kind']]: Rule<Kind> }

const RULES: AnyRule = {
  testUnitReady,
  inquiry,
  requestSense,
  readCapacity,
  modeSense,
  modeSelect,
  reserve,
  release,
  read,
  write,
  writeAndVerify,
  verify,
  verifyMedium,
  writeSame,
  unmap,
  getLbaStatus,
  compareAndWrite,
  synchronizeCache,
}

/**
 * Every way in which a command may end here, as SAM-5 5.3 has the precedence: unit attention, reservation conflict, what
 * is wrong with the command, and if nothing is, its own rule.
 */
export function endingsOf(command: UnitCommand, circumstances: Circumstances): readonly Ending[] {
  const { state, nexus, facts } = circumstances
  const rule = RULES[command.kind] as Rule<UnitCommand['kind']>
  const pending = state.attentions[nexus] ?? []
  if (facts.absent && !rule.passesAttention) return [checkCondition(state, senses.unitNotSupported)]
  if (pending.length > 0 && !rule.passesAttention)
    return reportable(pending).map(sense =>
      checkCondition(
        withAttentions(
          state,
          nexus,
          pending.filter(other => other !== sense),
        ),
        sense,
      ),
    )
  if (state.holder !== undefined && state.holder !== nexus && !rule.passesReservation)
    return [{ state, words: 'RESERVATION CONFLICT', sees: ({ ended }) => ended === 'reservationConflict' }]
  const errors = [...(rule.errors?.(command, circumstances) ?? []), ...protectionErrors(rule, circumstances)]
  if (errors.length > 0) return errors.map(sense => checkCondition(state, sense))
  return rule.endings(command, circumstances)
}

function protectionErrors(
  { changesMedium }: Rule<UnitCommand['kind']>,
  { state, facts, nexus }: Circumstances,
): readonly SenseTriple[] {
  if (!changesMedium) return []
  return [
    ...(state.softwareWriteProtected ? [senses.softwareWriteProtected] : []),
    ...(facts.readOnlyFor.includes(nexus) ? [senses.writeProtected] : []),
  ]
}
