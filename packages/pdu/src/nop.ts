import { InitiatorOpcode, TargetOpcode } from './opcode.ts'
import {
  alwaysFinal,
  DataKind,
  immediate,
  lun,
  numberedRequest,
  numberedResponse,
  pdu,
  targetTransferTag,
} from './pdu.ts'

/** A ping of the initiator's, or the answer to the target's. */
export const NopOut = pdu({
  name: 'NOP-Out',
  spec: 'RFC 7143 11.18',
  opcode: InitiatorOpcode.nopOut,
  data: DataKind.bytes,
  fields: { ...immediate, ...alwaysFinal.fields, ...lun, ...targetTransferTag, ...numberedRequest },
  initial: alwaysFinal.initial,
})

/** A ping of the target's, or the answer to the initiator's. */
export const NopIn = pdu({
  name: 'NOP-In',
  spec: 'RFC 7143 11.19',
  opcode: TargetOpcode.nopIn,
  data: DataKind.bytes,
  fields: { ...alwaysFinal.fields, ...lun, ...targetTransferTag, ...numberedResponse },
  initial: alwaysFinal.initial,
})
