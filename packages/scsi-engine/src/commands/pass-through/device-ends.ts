import { type DeviceAnswer, DeviceFailure } from '@lunkit/backstores/store'
import { decodeSense, Sense, type SenseCode, SenseKey } from '@lunkit/scsi'
import { Status } from '@lunkit/scsi/transport'
import type { Execution } from '../execution.ts'

/** How a command ends that was not answered by its device: never with GOOD. */
const ENDS: Readonly<Record<DeviceFailure, SenseCode | Status>> = {
  [DeviceFailure.gone]: Sense.logicalUnitFailure,
  [DeviceFailure.timedOut]: Sense.logicalUnitCommunicationTimeout,
  [DeviceFailure.aborted]: Sense.noAdditionalSenseInformationAborted,
  [DeviceFailure.damaged]: Sense.dataPhaseError,
  [DeviceFailure.busy]: Status.busy,
  [DeviceFailure.reserved]: Status.reservationConflict,
  [DeviceFailure.noMemory]: Sense.systemResourceFailureAborted,
  [DeviceFailure.refused]: Sense.invalidFieldInCdb,
  [DeviceFailure.lost]: Sense.internalTargetFailureAborted,
  [DeviceFailure.host]: Sense.internalTargetFailure,
}

/** Ends a task as its device has answered, or as one that it has not answered. */
export function endWith(execution: Execution, answer: DeviceAnswer): void {
  const { failure, status, sense } = answer
  if (failure !== undefined) return endUnanswered(execution, ENDS[failure])
  // No initiator could tell what is wrong.
  if (status === Status.checkCondition && sense.length === 0)
    return execution.fail(Sense.noAdditionalSenseInformationAborted)
  if (status === Status.checkCondition) tellOthers(execution, sense)
  execution.endAs(answer)
}

function endUnanswered(execution: Execution, end: SenseCode | Status): void {
  if (typeof end === 'number') execution.end(end)
  else execution.fail(end)
}

/** A unit attention of the device is for all that see it: it tells this host alone, and once. */
function tellOthers({ unit, nexus }: Execution, sense: Uint8Array): void {
  const code = attentionIn(sense)
  if (code) unit.attentions.raise(code, { except: nexus.key })
}

function attentionIn(sense: Uint8Array): SenseCode | undefined {
  try {
    const { code, deferred } = decodeSense(sense)
    return code.key === SenseKey.unitAttention && !deferred ? listed(code) : undefined
  } catch {
    return undefined
  }
}

/** A condition that waits already is known by its code in the list, where it has one. */
const listed = (code: SenseCode): SenseCode =>
  Object.values(Sense).find(({ key, asc, ascq }) => key === code.key && asc === code.asc && ascq === code.ascq) ?? code
