import { bit, bits, u8, u16, u32 } from '@lunkit/wire'
import { cdb } from '../cdb.ts'

/** The REPORTING OPTIONS field of REPORT SUPPORTED OPERATION CODES. */
export const ReportingOptions = {
  all: 0,
  /** A command without service actions, by its operation code. */
  byOpcode: 1,
  /** A command with service actions, by both. */
  byServiceAction: 2,
  /** By both; a command that does not exist in that form is reported as not supported. */
  byEither: 3,
} as const
export type ReportingOptions = (typeof ReportingOptions)[keyof typeof ReportingOptions]

export const ReportSupportedOperationCodes = cdb({
  name: 'REPORT SUPPORTED OPERATION CODES',
  spec: 'SPC-5, REPORT SUPPORTED OPERATION CODES command',
  opcode: 0xa3,
  serviceAction: 0x0c,
  size: 12,
  fields: {
    returnTimeouts: bit(2, 7),
    reportingOptions: bits(2, [2, 0]),
    requestedOpcode: u8(3),
    requestedServiceAction: u16(4),
    allocationLength: u32(6),
  },
})

/** `extended` (REPD) asks for the timeouts descriptor, 16 bytes instead of 4. */
export const ReportSupportedTaskManagementFunctions = cdb({
  name: 'REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS',
  spec: 'SPC-5, REPORT SUPPORTED TASK MANAGEMENT FUNCTIONS command',
  opcode: 0xa3,
  serviceAction: 0x0d,
  size: 12,
  fields: { extended: bit(2, 7), allocationLength: u32(6) },
})
