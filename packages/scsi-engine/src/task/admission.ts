import { Sense, serviceActionPointer, strayBit } from '@lunkit/scsi'
import { Status, TaskAttribute } from '@lunkit/scsi/transport'
import { type CommandRow, Unknown } from '../commands/command-set.ts'
import { acceptedBy } from '../unit/accepted-bits.ts'
import type { TaskExecution } from './task-execution.ts'

/**
 * What is checked when a task becomes enabled, in the order in which SAM-5 5.3 and SPC-5 have it: attention,
 * reservation, the CDB and the direction of its data, readiness, write protection. False: the task has been ended.
 */
export function admit(execution: TaskExecution): boolean {
  const { itl, row } = execution
  const { unit } = itl
  if (itl.attentions.length > 0 && (row === undefined || row.reportsAttention)) return refuseWithAttention(execution)
  if ((row === undefined || row.obeysReservation) && itl.access.conflicts(itl.nexus)) {
    execution.end(Status.reservationConflict)
    return false
  }
  if (row === undefined) return refuseUnknown(execution)
  if (execution.attribute === TaskAttribute.aca) {
    // NORMACA is zero in standard INQUIRY data: there never is an auto contingent allegiance to be part of.
    execution.fail(Sense.invalidMessageError)
    return false
  }
  const stray = strayBit(acceptedBy(unit, row.cdb), execution.cdbBytes)
  if (stray !== undefined) {
    execution.fail(Sense.invalidFieldInCdb, { pointer: { in: 'cdb', ...stray } })
    return false
  }
  if (isContrary(execution, row)) {
    execution.fail(Sense.invalidFieldInCommandInformationUnitRefused)
    return false
  }
  const { condition } = itl.access
  if (condition !== undefined && !condition.passes(row)) {
    execution.fail(condition.sense)
    return false
  }
  return row.changesMedium ? admitChange(execution) : true
}

/** Whether the initiator has data for the other way than the CDB's goes, RFC 7143 11.3.1. */
function isContrary({ task, cdb }: TaskExecution, row: CommandRow): boolean {
  const contraryBytes = row.refusesDataOut ? task.writeBytes : row.refusesDataIn ? task.readBytes : 0
  if (contraryBytes === 0 || cdb === undefined) return false
  return row.hasData === undefined || row.hasData(cdb)
}

function refuseWithAttention(execution: TaskExecution): boolean {
  const { attentions, unit } = execution.itl
  const pending = attentions.take()
  if (!pending) return false
  unit.account.told(pending)
  execution.fail(pending.code, { deferred: pending.deferred })
  return false
}

function refuseUnknown(execution: TaskExecution): boolean {
  if (!execution.type.exists) execution.fail(Sense.logicalUnitNotSupported)
  else if (execution.unknown === Unknown.serviceAction)
    execution.fail(Sense.invalidFieldInCdb, { pointer: serviceActionPointer })
  else execution.fail(Sense.invalidCommandOperationCode)
  return false
}

function admitChange(execution: TaskExecution): boolean {
  const { itl } = execution
  const protection = itl.access.writeProtection ?? (itl.writeProtected ? Sense.writeProtected : undefined)
  if (protection === undefined) return true
  execution.fail(protection)
  return false
}
