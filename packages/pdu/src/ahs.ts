import {
  bits,
  byteArray,
  checkArgument,
  checkPlace,
  dataView,
  layout,
  object,
  u8,
  u16,
  u32,
  wholeNumber,
} from '@lunkit/wire'
import { AhsError } from './error.ts'

/** RFC 7143 11.2.2.1. */
export const AhsType = { extendedCdb: 1, bidirectionalReadLength: 2 } as const
export type AhsType = (typeof AhsType)[keyof typeof AhsType]

/** What every additional header segment starts with. `ahsLength` counts the bytes after the type, without padding. */
const AhsHeader = layout({
  name: 'Additional Header Segment',
  spec: 'RFC 7143 11.2.2',
  size: 4,
  fields: { ahsLength: u16(0), type: bits(2, [5, 0], AhsType), specific: u8(3) },
})

/** RFC 7143 11.2.2.4. */
const BidirectionalReadLength = layout({
  name: 'Bidirectional Read Expected Data Transfer Length AHS',
  spec: 'RFC 7143 11.2.2.4',
  size: 8,
  fields: { ahsLength: u16(0), type: bits(2, [5, 0], AhsType), readBytes: u32(4) },
})

const HEADER_BYTES = 4
/** `ahsLength` counts the header's fourth byte too. */
const COUNTED_HEADER_BYTES = 1
const READ_LENGTH_BYTES = 5

/** One additional header segment. */
export type Ahs =
  /** The CDB from its 17th byte on, RFC 7143 11.2.2.3. */
  | { readonly type: typeof AhsType.extendedCdb; readonly cdb: Uint8Array }
  /** How many bytes a bidirectional command expects to read. */
  | { readonly type: typeof AhsType.bidirectionalReadLength; readonly readBytes: number }
  /** A type that RFC 7143 does not know: its type-specific bytes, the header's fourth first. */
  | { readonly type: number; readonly bytes: Uint8Array }

const LENGTH_BYTES = wholeNumber(0, 255 * 4)
const SEGMENTS = {
  type: 'object',
  words: 'an array of segments',
  has: (value: unknown) => Array.isArray(value),
} as const
const SEGMENT = object('{ type, cdb }, { type, readBytes } or { type, bytes }', ahs =>
  ['cdb', 'readBytes', 'bytes'].some(name => name in ahs),
)
/** As much as AHSLength, of two bytes, can say: it counts a byte of the header too, in which a run begins and a CDB does not. */
const RUN = byteArray(0, 0xffff)
const CDB = byteArray(0, 0xfffe)

const padded = (lengthBytes: number): number => Math.ceil(lengthBytes / 4) * 4

/**
 * The additional header segments in the `lengthBytes` bytes at `at`. Their byte runs are windows on the same memory.
 * @throws {AhsError} where a segment runs past the end, or has a length that its type does not have. {TypeError} or
 * {RangeError} for what is no part of a view.
 */
export function readAhs(view: DataView, at: number, lengthBytes: number): Ahs[] {
  checkArgument('readAhs: lengthBytes', lengthBytes, LENGTH_BYTES)
  checkPlace('readAhs', { view, at, sizeBytes: lengthBytes })
  const found: Ahs[] = []
  const end = at + lengthBytes
  for (let next = at; next < end; ) {
    const { ahsLength, type, specific } = AhsHeader.view(view, next)
    const afterHeader = ahsLength - COUNTED_HEADER_BYTES
    if (ahsLength < COUNTED_HEADER_BYTES || next + HEADER_BYTES + afterHeader > end)
      throw new AhsError(`AHS of type ${type} claims ${ahsLength} bytes, ${end - next - 3} are left`)
    const body = new Uint8Array(view.buffer, view.byteOffset + next + HEADER_BYTES, afterHeader)
    if (type === AhsType.extendedCdb) found.push({ type, cdb: body })
    else if (type === AhsType.bidirectionalReadLength) found.push({ type, readBytes: readLength(view, next) })
    else found.push({ type, bytes: Uint8Array.of(specific, ...body) })
    next += HEADER_BYTES + padded(afterHeader)
  }
  return found
}

function readLength(view: DataView, at: number): number {
  const segment = BidirectionalReadLength.view(view, at)
  const { ahsLength } = segment
  if (ahsLength !== READ_LENGTH_BYTES)
    throw new AhsError(`AHS with a bidirectional read length claims ${ahsLength} bytes instead of ${READ_LENGTH_BYTES}`)
  // Not before: a shorter one may be the last that there is of the memory.
  return segment.readBytes
}

/**
 * The bytes of additional header segments, padded, as they follow the basic header.
 * @throws {TypeError} or {RangeError} for what is no such segment.
 */
export function writeAhs(segments: readonly Ahs[]): Uint8Array {
  checkArgument('writeAhs: segments', segments, SEGMENTS)
  const parts = segments.map(writeOne)
  const out = new Uint8Array(parts.reduce((total, part) => total + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

function writeOne(ahs: Ahs): Uint8Array {
  checkArgument('writeAhs: a segment', ahs, SEGMENT)
  checkArgument('writeAhs: type', ahs.type, AhsHeader.fields.type.domain)
  if ('readBytes' in ahs) {
    checkArgument('writeAhs: readBytes', ahs.readBytes, BidirectionalReadLength.fields.readBytes.domain)
    return BidirectionalReadLength.encode({ ahsLength: READ_LENGTH_BYTES, type: ahs.type, readBytes: ahs.readBytes })
  }
  const given = 'cdb' in ahs ? ahs.cdb : ahs.bytes
  checkArgument('writeAhs: bytes', given, 'cdb' in ahs ? CDB : RUN)
  const specific = 'cdb' in ahs ? 0 : (ahs.bytes[0] ?? 0)
  const body = 'cdb' in ahs ? ahs.cdb : ahs.bytes.subarray(1)
  const out = new Uint8Array(HEADER_BYTES + padded(body.length))
  Object.assign(AhsHeader.compose(dataView(out)), {
    ahsLength: COUNTED_HEADER_BYTES + body.length,
    type: ahs.type,
    specific,
  })
  out.set(body, HEADER_BYTES)
  return out
}
