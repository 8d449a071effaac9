import { encodeSense, RequestSense, Sense, type SenseData } from '@lunkit/scsi'
import { UnitKind } from '../../unit/logical-unit.ts'
import { allocates } from '../data-presence.ts'
import { Access, Attention, command, type Execution, Order } from '../execution.ts'

/** What there is to say, most pressing first: no such unit, what waits for this nexus, why the unit is not ready. */
function pollableSense({ unit, nexus }: Execution): SenseData {
  if (unit.kind === UnitKind.absent) return { code: Sense.logicalUnitNotSupported }
  return unit.takeAttention(nexus) ?? { code: unit.notReady ?? Sense.noAdditionalSenseInformation }
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
