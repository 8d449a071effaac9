import { u32 } from '@lunkit/wire'
import { TargetOpcode } from './opcode.ts'
import { alwaysFinal, lun, numberedResponse, pdu, targetTransferTag } from './pdu.ts'

/** Asks for the data of a write, one burst of it. */
export const R2T = pdu({
  name: 'R2T',
  spec: 'RFC 7143 11.8',
  opcode: TargetOpcode.readyToTransfer,
  fields: {
    ...alwaysFinal.fields,
    ...lun,
    ...targetTransferTag,
    ...numberedResponse,
    r2tSN: u32(36),
    bufferOffset: u32(40),
    desiredDataTransferLength: u32(44),
  },
  initial: alwaysFinal.initial,
})
