import { bit, bits, type Field, type Fields, type Layout, layout, u8, u24, u32, u64, type Values } from '@lunkit/wire'
import { type InitiatorOpcode, Opcode, type TargetOpcode } from './opcode.ts'

/** Length of the basic header segment, RFC 7143 11.2.1. */
export const BHS_BYTES = 48
/** Length of a header or data digest on the wire, RFC 7143 11.2.3. */
export const DIGEST_BYTES = 4
/** The tag value that names no task and no transfer, RFC 7143 11.2.1.8 and 11.7.4. */
export const RESERVED_TAG = 0xffff_ffff

/** What a PDU's data segment holds. */
export const DataKind = {
  /** Nothing: the PDU has no data segment. */
  none: 'none',
  /** Bytes that mean nothing to iSCSI. */
  bytes: 'bytes',
  /** key=value pairs, RFC 7143 6.1. */
  text: 'text',
  /** A length, then sense data (and an iSCSI event), RFC 7143 11.4.7 and 11.9.4. */
  sense: 'sense',
  /** The header of a refused PDU, RFC 7143 11.17. */
  header: 'header',
} as const
export type DataKind = (typeof DataKind)[keyof typeof DataKind]

/** A PDU's header, declared once, and what its data segment holds. */
export interface Pdu<F extends Fields = Fields> extends Layout<F> {
  readonly opcode: Opcode
  readonly data: DataKind
}

/** The fields that every header has, RFC 7143 11.2.1. */
const everyHeader = {
  opcode: bits<Opcode>(0, [5, 0], Opcode),
  totalAhsWords: u8(4),
  dataSegmentLength: u24(5),
  initiatorTaskTag: u32(16),
} satisfies Fields

type EveryHeader = typeof everyHeader

/** A header of which only what all have is known. */
export const BasicHeader = layout({
  name: 'Basic Header Segment',
  spec: 'RFC 7143 11.2.1',
  size: BHS_BYTES,
  fields: { ...everyHeader, immediate: bit(0, 6), final: bit(1, 7) },
})

/** The I bit of an initiator's PDU, RFC 7143 11.2.1.1. */
export const immediate = { immediate: bit(0, 6) } satisfies Fields
/** The F bit of a PDU that may be one of a sequence; in the others bit 7 of byte 1 is always 1. */
export const final = { final: bit(1, 7) } satisfies Fields
/** The eight bytes of a logical unit number, RFC 7143 11.2.1.7, as one identifier. */
export const lun = { lun: u64(8) } satisfies Fields
/** RFC 7143 11.7.4, 11.8.4 and others. */
export const targetTransferTag = { targetTransferTag: u32(20) } satisfies Fields
/** The numbering of a PDU that takes a place in the command window, RFC 7143 11.3.2 and 11.3.3. */
export const numberedRequest = { cmdSN: u32(24), expStatSN: u32(28) } satisfies Fields
/** The numbering of every PDU from the target, RFC 7143 11.4.9 to 11.4.11. */
export const numberedResponse = { statSN: u32(24), expCmdSN: u32(28), maxCmdSN: u32(32) } satisfies Fields

interface PduSpec<F extends Fields> {
  readonly name: string
  readonly spec: string
  readonly opcode: InitiatorOpcode | TargetOpcode
  readonly data?: DataKind
  readonly fields: F
  readonly initial?: Partial<Values<EveryHeader & NoInfer<F>>>
}

/** @internal Declares a PDU's header: the fields of every header, and its own. Its composer starts with the opcode. */
export function pdu<const F extends Fields>(spec: PduSpec<F>): Pdu<EveryHeader & F> {
  const { name, spec: clause, opcode, data = DataKind.none } = spec
  const fields = { ...everyHeader, ...spec.fields } as EveryHeader & F
  const initial = { opcode, ...spec.initial } as unknown as Partial<Values<EveryHeader & F>>
  return Object.assign(layout({ name, spec: clause, size: BHS_BYTES, fields, initial }), { opcode, data })
}

/** @internal The bit that is 1 in every PDU that is no part of a sequence, declared so that a 0 in it is seen. */
export const alwaysFinal = { fields: final, initial: { final: true } } as const satisfies {
  fields: Record<'final', Field<boolean>>
  initial: { final: true }
}
