import {
  type CdbMaps,
  type CdbView,
  CommandSupport,
  type CommandTimeouts,
  encodeAllCommands,
  encodeOneCommand,
  type FieldPointer,
  pointerTo,
  ReportingOptions,
  ReportSupportedOperationCodes,
  Sense,
} from '@lunkit/scsi'
import { Order } from '../../task/ordering.ts'
import { acceptedBy } from '../../unit/accepted-bits.ts'
import { Access, command } from '../command.ts'
import { allocates } from '../data-presence.ts'
import type { SupportedCommand } from '../device-type.ts'
import type { Execution } from '../execution.ts'

type Question = CdbView<typeof ReportSupportedOperationCodes>

const REPORTING_OPTIONS = pointerTo(ReportSupportedOperationCodes, 'reportingOptions')
const REQUESTED_OPCODE = pointerTo(ReportSupportedOperationCodes, 'requestedOpcode')

/** No time is promised and none recommended: how long a command takes depends on the store behind the unit. */
const TIMEOUTS: CommandTimeouts = { nominalSeconds: 0, recommendedSeconds: 0 }

const NO_USAGE = new Uint8Array(0)

/** The rows that this unit has. */
const rowsOf = ({ unit, type }: Execution): SupportedCommand[] =>
  type.commands.rows.filter(({ when }) => when?.(unit) ?? true)

const hasServiceAction = ({ cdb }: SupportedCommand): boolean => cdb.serviceAction !== undefined

/** The row asked for, `undefined` if the unit has no such command, or what is wrong with the question. */
function asked(rows: readonly SupportedCommand[], question: Question): SupportedCommand | undefined | FieldPointer {
  const { reportingOptions, requestedServiceAction } = question
  const same = rows.filter(({ cdb }) => cdb.opcode === question.requestedOpcode)
  const byAction = same.find(({ cdb }) => (cdb.serviceAction ?? 0) === requestedServiceAction)
  switch (reportingOptions) {
    case ReportingOptions.byOpcode:
      return same.some(hasServiceAction) ? REQUESTED_OPCODE : same[0]
    case ReportingOptions.byServiceAction:
      return same.every(hasServiceAction) ? byAction : REQUESTED_OPCODE
    case ReportingOptions.byEither:
      return byAction
    default:
      return REPORTING_OPTIONS
  }
}

function allCommands(execution: Execution, timeouts: CommandTimeouts | undefined): Uint8Array {
  return encodeAllCommands(
    rowsOf(execution).map(({ cdb }) => ({
      opcode: cdb.opcode,
      serviceAction: cdb.serviceAction,
      cdbLength: cdb.size,
      ...(timeouts && { timeouts }),
    })),
  )
}

function oneCommand(maps: CdbMaps | undefined, timeouts: CommandTimeouts | undefined): Uint8Array {
  if (!maps) return encodeOneCommand({ support: CommandSupport.notSupported, usage: NO_USAGE })
  return encodeOneCommand({ support: CommandSupport.standard, usage: maps.usage, ...(timeouts && { timeouts }) })
}

/** REPORT SUPPORTED OPERATION CODES: from the same rows that dispatch commands. */
export const reportSupportedOperationCodes = command({
  cdb: ReportSupportedOperationCodes,
  data: 'in',
  hasData: allocates,
  access: Access.any,
  order: Order.free,
  whileNotReady: true,
  when: unit => unit.attributes.emulateRsoc,
  run(execution, question) {
    const { unit } = execution
    const timeouts = question.returnTimeouts ? TIMEOUTS : undefined
    if (question.reportingOptions === ReportingOptions.all) {
      execution.reply(allCommands(execution, timeouts), question.allocationLength)
      return
    }
    const row = asked(rowsOf(execution), question)
    if (row && 'in' in row) execution.fail(Sense.invalidFieldInCdb, { pointer: row })
    else execution.reply(oneCommand(row && acceptedBy(unit, row.cdb), timeouts), question.allocationLength)
  },
})
