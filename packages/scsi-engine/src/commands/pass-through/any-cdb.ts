import { type Cdb, cdb } from '@lunkit/scsi'

const LONGEST_FIXED_BYTES = 16

/** The CDB of a command that goes to its device as it is: nothing of it is looked at, and every bit may be set. */
export const anyCdb = (name: string, opcode: number): Cdb =>
  Object.assign(cdb({ name, spec: 'SAM-5 5.2', opcode, size: LONGEST_FIXED_BYTES, fields: {} }), {
    accepted: new Uint8Array(LONGEST_FIXED_BYTES).fill(0xff),
  })

/** SPC-5: variable-length CDBs say in byte 7 how much follows their first 8 bytes. */
const VARIABLE_LENGTH = 0x7f
const VARIABLE_AT = 7
const VARIABLE_HEAD_BYTES = 8
/** By the three top bits of the operation code, as Linux has it: of groups that have no fixed length too. */
const GROUP_BYTES = [6, 10, 10, 12, 16, 12, 10, 10] as const

/** How long a CDB is. */
export function cdbBytesOf(bytes: Uint8Array): number {
  const [opcode = 0] = bytes
  if (opcode === VARIABLE_LENGTH) return VARIABLE_HEAD_BYTES + (bytes[VARIABLE_AT] as number)
  return GROUP_BYTES[opcode >> 5] as number
}
