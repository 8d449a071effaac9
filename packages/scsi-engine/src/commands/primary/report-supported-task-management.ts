import { encodeSupportedFunctions, ReportSupportedTaskManagementFunctions, type SupportedFunction } from '@lunkit/scsi'
import { Order } from '../../task/ordering.ts'
import { Access, command } from '../command.ts'
import { allocates } from '../data-presence.ts'

/** Every task management function but CLEAR ACA: there is no auto contingent allegiance, as NORMACA is zero. */
const SUPPORTED: readonly SupportedFunction[] = [
  'abortTask',
  'abortTaskSet',
  'clearTaskSet',
  'logicalUnitReset',
  'queryTask',
  'targetReset',
  'queryAsyncEvent',
  'queryTaskSet',
  'iTNexusReset',
]

/** REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS: no timeout is given, since a function waits for the store. */
export const reportSupportedTaskManagementFunctions = command({
  cdb: ReportSupportedTaskManagementFunctions,
  data: 'in',
  hasData: allocates,
  access: Access.any,
  order: Order.free,
  whileNotReady: true,
  run: (execution, { extended, allocationLength }) =>
    execution.reply(encodeSupportedFunctions(SUPPORTED, extended), allocationLength),
})
