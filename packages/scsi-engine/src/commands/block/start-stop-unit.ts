import type { StoreRequest } from '@lunkit/backstores/store'
import { type CdbView, PowerCondition, pointerTo, Sense, StartStopUnit } from '@lunkit/scsi'
import { Order } from '../../task/ordering.ts'
import { Access, command } from '../command.ts'
import type { Execution } from '../execution.ts'

type StartStop = CdbView<typeof StartStopUnit>

const LOAD_EJECT = pointerTo(StartStopUnit, 'loadEject')

/** Brings the medium's dirty data to stable storage; false when that failed, and the task was ended with the reason. */
async function flushed(execution: Execution): Promise<boolean> {
  let flush: StoreRequest | undefined
  const fault = await execution.operate(request => {
    request.operation = 'flush'
    flush = request
  })
  if (fault === undefined || flush === undefined) return true
  execution.failStore(flush)
  return false
}

/**
 * Flushes and, with LOEJ, takes the medium out. Without LOEJ the unit stays ready: it has nothing that spins, and one
 * initiator does not stop a unit for all the others. With IMMED a flush that fails is told by a deferred error.
 */
async function stop(execution: Execution, { immediate, noFlush, loadEject }: StartStop): Promise<void> {
  const { unit } = execution
  if (immediate) {
    if (loadEject) unit.eject()
    execution.good()
    if (!noFlush) await execution.operate(request => void (request.operation = 'flush'))
    return
  }
  if (!noFlush && !(await flushed(execution))) return
  if (loadEject) unit.eject()
  execution.good()
}

/**
 * START STOP UNIT. A power condition is taken and changes nothing, there being no power to save, and START and LOEJ are
 * not looked at beside one; its reserved values are not checked.
 */
export const startStopUnit = command({
  cdb: StartStopUnit,
  data: 'none',
  access: Access.control,
  order: Order.free,
  whileNotReady: true,
  run(execution, cdb) {
    const { unit, nexus } = execution
    if (cdb.powerCondition !== PowerCondition.startValid) {
      execution.good()
      return undefined
    }
    if (cdb.loadEject && !unit.attributes.removable) {
      execution.fail(Sense.invalidFieldInCdb, { pointer: LOAD_EJECT })
      return undefined
    }
    if (!cdb.start) return stop(execution, cdb)
    if (cdb.loadEject) unit.load(nexus)
    execution.good()
    return undefined
  },
})
