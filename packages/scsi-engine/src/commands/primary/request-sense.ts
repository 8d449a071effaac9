import { encodeSense, RequestSense, Sense, type SenseData } from '@lunkit/scsi'
import { Order } from '../../task/ordering.ts'
import { Access, Attention, command } from '../command.ts'
import { allocates } from '../data-presence.ts'
import type { Execution } from '../execution.ts'

/** What there is to say, most pressing first: no such unit, what waits for this nexus, why the unit is not ready. */
function pollableSense({ unit, type, nexus }: Execution): SenseData {
  if (!type.exists) return { code: Sense.logicalUnitNotSupported }
  return unit.takeAttention(nexus) ?? { code: unit.readiness.condition?.sense ?? Sense.noAdditionalSenseInformation }
}

/** REQUEST SENSE: returns as data what a command would be refused with; what waited for the nexus is cleared by it. */
export const requestSense = command({
  cdb: RequestSense,
  data: 'in',
  hasData: allocates,
  access: Access.any,
  order: Order.free,
  attention: Attention.returns,
  whileNotReady: true,
  run: (execution, { descriptorFormat, allocationLength }) =>
    execution.reply(encodeSense(pollableSense(execution), descriptorFormat), allocationLength),
})
