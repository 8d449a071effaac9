import { bit, u8, u32 } from '@lunkit/wire'
import { InitiatorOpcode, TargetOpcode } from './opcode.ts'
import { DataKind, final, lun, numberedResponse, pdu, targetTransferTag } from './pdu.ts'

/** A piece of what a write sends after its command. */
export const DataOut = pdu({
  name: 'SCSI Data-Out',
  spec: 'RFC 7143 11.7',
  opcode: InitiatorOpcode.dataOut,
  data: DataKind.bytes,
  fields: { ...final, ...lun, ...targetTransferTag, expStatSN: u32(28), dataSN: u32(36), bufferOffset: u32(40) },
})

/** A piece of what a read returns; the last one may carry the status, RFC 7143 11.7.3. */
export const DataIn = pdu({
  name: 'SCSI Data-In',
  spec: 'RFC 7143 11.7',
  opcode: TargetOpcode.dataIn,
  data: DataKind.bytes,
  fields: {
    ...final,
    acknowledge: bit(1, 6),
    overflow: bit(1, 2),
    underflow: bit(1, 1),
    hasStatus: bit(1, 0),
    status: u8(3),
    ...lun,
    ...targetTransferTag,
    ...numberedResponse,
    dataSN: u32(36),
    bufferOffset: u32(40),
    residualCount: u32(44),
  },
})
