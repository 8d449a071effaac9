import { bit } from '@lunkit/wire'
import { InitiatorOpcode, TargetOpcode } from './opcode.ts'
import { DataKind, final, immediate, lun, numberedRequest, numberedResponse, pdu, targetTransferTag } from './pdu.ts'

/** The C bit: the text goes on in the next PDU of the exchange, RFC 7143 11.10.2. */
const continues = { continues: bit(1, 6) }

/** Declares or asks for something by text keys in the full feature phase. */
export const TextRequest = pdu({
  name: 'Text Request',
  spec: 'RFC 7143 11.10',
  opcode: InitiatorOpcode.textRequest,
  data: DataKind.text,
  fields: { ...immediate, ...final, ...continues, ...lun, ...targetTransferTag, ...numberedRequest },
})

/** Answers it. */
export const TextResponse = pdu({
  name: 'Text Response',
  spec: 'RFC 7143 11.11',
  opcode: TargetOpcode.textResponse,
  data: DataKind.text,
  fields: { ...final, ...continues, ...lun, ...targetTransferTag, ...numberedResponse },
})
