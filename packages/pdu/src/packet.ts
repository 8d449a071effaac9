import {
  byteArray,
  checkArgument,
  checkPlace,
  checkValues,
  dataView,
  type Fields,
  object,
  oneOf,
  type Values,
} from '@lunkit/wire'
import { type Ahs, readAhs, writeAhs } from './ahs.ts'
import type { PduWriter } from './encoder.ts'
import { BasicHeader, BHS_BYTES, DataKind, type Pdu } from './pdu.ts'
import { pduOf } from './pdus.ts'
import { SenseSegment } from './scsi-command.ts'
import { decodeText, encodeText, type TextPair } from './text.ts'
import { BYTES } from './text-domains.ts'

/** What a data segment says, by its PDU's kind. */
export type PacketData =
  | { readonly kind: typeof DataKind.none }
  | { readonly kind: typeof DataKind.bytes; readonly bytes: Uint8Array }
  | { readonly kind: typeof DataKind.text; readonly pairs: readonly TextPair[] }
  /** `after` is what follows the sense data: response data, or an iSCSI event. */
  | { readonly kind: typeof DataKind.sense; readonly sense: Uint8Array; readonly after: Uint8Array }
  /** The header of the PDU that was refused; `after` its additional header segments. */
  | { readonly kind: typeof DataKind.header; readonly header: Packet; readonly after: Uint8Array }

/** A whole PDU as typed values that keep no memory but their own: for tests, traces, and programs with time. */
export interface Packet<F extends Fields = Fields> {
  readonly pdu: Pdu<F>
  readonly values: Values<F>
  readonly ahs: readonly Ahs[]
  readonly data: PacketData
}

const NO_DATA: PacketData = { kind: DataKind.none }

const PACKET = object('a packet: { pdu, values, ahs, data }', packet => {
  const { pdu, values, ahs, data } = packet as Partial<Packet>
  return [pdu, values, ahs, data].every(part => typeof part === 'object' && part !== null) && Array.isArray(ahs)
})
const PDU = object('a PDU, such as ScsiCommand', of => 'opcode' in of && 'compose' in of)
const WRITER = object('a PduWriter', writer => typeof (writer as Partial<PduWriter>).compose === 'function')
const DATA = object('data: { kind, ... }')
const KIND = oneOf(Object.values(DataKind))

/**
 * Whether a packet is this PDU, which tells TypeScript the types of its fields.
 * @throws {TypeError} for what is no packet, or no PDU.
 */
export function isPacket<F extends Fields>(packet: Packet, of: Pdu<F>): packet is Packet<F> {
  checkArgument('isPacket: packet', packet, PACKET)
  checkArgument('isPacket: of', of, PDU)
  return packet.pdu.opcode === of.opcode
}

/**
 * Reads a PDU whose header is at `at`; undefined when its opcode is not known. Text that continues in other PDUs is
 * left as bytes.
 * @throws {AhsError} {TextError} where segments break their rules.
 */
export function readPacket(view: DataView, at: number, data?: Uint8Array): Packet | undefined {
  checkPlace('readPacket', { view, at, sizeBytes: BHS_BYTES })
  if (data !== undefined) checkArgument('readPacket: data', data, BYTES)
  const { opcode, totalAhsWords } = BasicHeader.view(view, at)
  const of = pduOf(opcode)
  if (!of) return undefined
  const values: Record<string, unknown> = {}
  for (const [key, field] of Object.entries(of.fields)) {
    const value: unknown = field.get(view, at)
    values[key] = value instanceof Uint8Array ? Uint8Array.from(value) : value
  }
  return {
    pdu: of,
    values,
    ahs: readAhs(view, at + BHS_BYTES, totalAhsWords * 4),
    data: data && data.length > 0 ? readData(of, Uint8Array.from(data), values['continues'] === true) : NO_DATA,
  }
}

function readData(of: Pdu, bytes: Uint8Array, continues: boolean): PacketData {
  if (of.data === DataKind.text && !continues) {
    const pairs = decodeText(bytes, { textBytes: bytes.length, keys: bytes.length })
    if (sameBytes(encodeText(pairs), bytes)) return { kind: DataKind.text, pairs }
  }
  if (of.data === DataKind.sense && bytes.length >= SenseSegment.size) {
    const end = SenseSegment.size + SenseSegment.view(dataView(bytes)).senseLength
    const sense = bytes.subarray(SenseSegment.size, end)
    if (end <= bytes.length) return { kind: DataKind.sense, sense, after: bytes.subarray(end) }
  }
  if (of.data === DataKind.header && bytes.length >= BHS_BYTES) {
    const header = readRefused(bytes)
    if (header) return { kind: DataKind.header, header, after: bytes.subarray(BHS_BYTES) }
  }
  return { kind: DataKind.bytes, bytes }
}

/** A refused header without its additional header segments, which may be what was wrong; their length is kept. */
function readRefused(bytes: Uint8Array): Packet | undefined {
  const view = dataView(Uint8Array.from(bytes.subarray(0, BHS_BYTES)))
  const { totalAhsWords } = BasicHeader.view(view)
  BasicHeader.fields.totalAhsWords.set(view, 0, 0)
  const header = readPacket(view, 0)
  return header && { ...header, values: { ...header.values, totalAhsWords } }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => Buffer.compare(a, b) === 0

/**
 * Writes a packet from its values alone; lengths come from its segments.
 * @throws {TypeError} or {RangeError} for a value that its field does not hold; nothing was begun then.
 */
export function writePacket(writer: PduWriter, packet: Packet): void {
  checkArgument('writePacket: writer', writer, WRITER)
  checkArgument('writePacket: packet', packet, PACKET)
  checkArgument('writePacket: pdu', packet.pdu, PDU)
  const { pdu, values, ahs } = packet
  checkValues(pdu, values)
  const bytes = dataBytes(packet.data)
  const segments = writeAhs(ahs)
  Object.assign(writer.compose(pdu), values)
  if (segments.length > 0) writer.ahs(segments)
  if (bytes.length > 0) writer.endWith(bytes)
  else writer.end()
}

const SENSE = byteArray(0, 0xffff)

/**
 * The bytes of a data segment, without padding.
 * @throws {TypeError} or {RangeError} for what is no data of its kind.
 */
export function dataBytes(data: PacketData): Uint8Array {
  checkArgument('dataBytes: data', data, DATA)
  checkArgument('dataBytes: kind', data.kind, KIND)
  if (data.kind === DataKind.bytes) checkArgument('dataBytes: bytes', data.bytes, BYTES)
  if (data.kind === DataKind.sense) checkArgument('dataBytes: sense', data.sense, SENSE)
  if (data.kind === DataKind.header) checkArgument('dataBytes: header', data.header, PACKET)
  if (data.kind === DataKind.sense || data.kind === DataKind.header)
    checkArgument('dataBytes: after', data.after, BYTES)
  switch (data.kind) {
    case DataKind.none:
      return new Uint8Array(0)
    case DataKind.bytes:
      return data.bytes
    case DataKind.text:
      return encodeText(data.pairs)
    case DataKind.sense:
      return Buffer.concat([SenseSegment.encode({ senseLength: data.sense.length }), data.sense, data.after])
    case DataKind.header:
      return Buffer.concat([data.header.pdu.encode(data.header.values), data.after])
  }
}
