import { bits, u32 } from '@lunkit/wire'
import { InitiatorOpcode } from './opcode.ts'
import { alwaysFinal, lun, pdu } from './pdu.ts'

/** RFC 7143 11.16.1. */
export const SnackType = { dataOrR2T: 0, status: 1, dataAck: 2, rData: 3 } as const
export type SnackType = (typeof SnackType)[keyof typeof SnackType]

/** Asks for PDUs to be sent again, or acknowledges data. */
export const SnackRequest = pdu({
  name: 'SNACK Request',
  spec: 'RFC 7143 11.16',
  opcode: InitiatorOpcode.snackRequest,
  fields: {
    ...alwaysFinal.fields,
    type: bits<SnackType>(1, [3, 0], SnackType),
    ...lun,
    /** The target transfer tag of a DataACK, the SNACK tag of an R-Data. */
    tag: u32(20),
    expStatSN: u32(28),
    begRun: u32(40),
    runLength: u32(44),
  },
  initial: alwaysFinal.initial,
})
