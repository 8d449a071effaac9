import {
  byteArray,
  checkArgument,
  checkOptions,
  dataView,
  flag,
  type OptionDomains,
  object,
  oneOf,
  required,
  wholeNumber,
} from '@lunkit/wire'
import type { FieldPointer } from './field-pointer.ts'
import { type SenseCode, SenseKey } from './sense-code.ts'
import {
  CommandSpecificDescriptor,
  DescriptorHeader,
  DescriptorSense,
  DescriptorType,
  FieldPointerDescriptor,
  FixedSense,
  InformationDescriptor,
  ResponseCode,
} from './sense-layout.ts'

/** Sense data as a program has it, whatever its format. */
export interface SenseData {
  readonly code: SenseCode
  /** The error belongs to a command that ended before this one. */
  readonly deferred?: boolean
  /** The INFORMATION field: a block address, or a byte offset for a miscompare. */
  readonly information?: number
  /** The COMMAND-SPECIFIC INFORMATION field. */
  readonly commandSpecific?: number
  /** Only with ILLEGAL REQUEST. */
  readonly pointer?: FieldPointer
}

/** The largest value that the four-byte fields of fixed format hold. */
const LARGEST_FIXED = 0xffff_ffff

/** How many bytes of fixed format sense data precede those that ADDITIONAL SENSE LENGTH counts. */
const FIXED_HEADER_BYTES = 8

/** Bytes of sense that are not sense data in either format. */
export class SenseError extends Error {
  override readonly name = 'SenseError'
}

interface PointerFields {
  specificValid: boolean
  inCdb: boolean
  bitValid: boolean
  bit: number
  field: number
}

function setPointer(out: PointerFields, pointer: FieldPointer): void {
  out.specificValid = true
  out.inCdb = pointer.in === 'cdb'
  out.bitValid = pointer.bit !== undefined
  out.bit = pointer.bit ?? 0
  out.field = pointer.byte
}

function getPointer(from: Readonly<PointerFields>, key: SenseKey): Pick<SenseData, 'pointer'> {
  if (!from.specificValid || key !== SenseKey.illegalRequest) return {}
  const pointer = { in: from.inCdb ? 'cdb' : 'parameters', byte: from.field } as const
  return { pointer: from.bitValid ? { ...pointer, bit: from.bit } : pointer }
}

function encodeFixed({ code, deferred, information, commandSpecific, pointer }: SenseData): Uint8Array {
  const bytes = new Uint8Array(FixedSense.size)
  const out = FixedSense.compose(dataView(bytes))
  out.responseCode = deferred ? ResponseCode.fixedDeferred : ResponseCode.fixedCurrent
  out.key = code.key
  out.asc = code.asc
  out.ascq = code.ascq
  out.additionalLength = FixedSense.size - FIXED_HEADER_BYTES
  // A value that does not fit is left out with VALID zero, as SPC-5 has it for fixed format.
  if (information !== undefined && information <= LARGEST_FIXED) {
    out.valid = true
    out.information = information
  }
  if (commandSpecific !== undefined && commandSpecific <= LARGEST_FIXED) out.commandSpecific = commandSpecific
  if (pointer) setPointer(out, pointer)
  return bytes
}

function descriptorsOf({ information, commandSpecific, pointer }: SenseData): Uint8Array[] {
  const descriptors: Uint8Array[] = []
  const head = (type: number, size: number) => ({ type, additionalLength: size - DescriptorHeader.size })
  if (information !== undefined) {
    const of = head(DescriptorType.information, InformationDescriptor.size)
    descriptors.push(InformationDescriptor.encode({ ...of, valid: true, information }))
  }
  if (commandSpecific !== undefined) {
    const of = head(DescriptorType.commandSpecific, CommandSpecificDescriptor.size)
    descriptors.push(CommandSpecificDescriptor.encode({ ...of, information: commandSpecific }))
  }
  if (pointer) {
    const bytes = new Uint8Array(FieldPointerDescriptor.size)
    const out = FieldPointerDescriptor.compose(dataView(bytes))
    Object.assign(out, head(DescriptorType.senseKeySpecific, FieldPointerDescriptor.size))
    setPointer(out, pointer)
    descriptors.push(bytes)
  }
  return descriptors
}

function encodeDescriptor(sense: SenseData): Uint8Array {
  const { code, deferred } = sense
  const descriptors = descriptorsOf(sense)
  const additionalLength = descriptors.reduce((length, { length: more }) => length + more, 0)
  const responseCode = deferred ? ResponseCode.descriptorDeferred : ResponseCode.descriptorCurrent
  const bytes = new Uint8Array(DescriptorSense.size + additionalLength)
  bytes.set(DescriptorSense.encode({ responseCode, ...code, additionalLength }))
  let at = DescriptorSense.size
  for (const descriptor of descriptors) {
    bytes.set(descriptor, at)
    at += descriptor.length
  }
  return bytes
}

const COUNT = { type: 'number', words: 'a number from 0 on', has: (value: number) => value >= 0 } as const
const CODE = {
  key: required(oneOf(Object.values(SenseKey))),
  asc: required(wholeNumber(0, 0xff)),
  ascq: required(wholeNumber(0, 0xff)),
}
const POINTER = {
  in: required(oneOf(['cdb', 'parameters'])),
  byte: required(wholeNumber(0, 0xffff)),
  bit: wholeNumber(0, 7),
}
const SENSE: OptionDomains = {
  code: required(object('a sense code: { key, asc, ascq }')),
  deferred: flag,
  information: COUNT,
  commandSpecific: COUNT,
  pointer: object('where the field lies: { in, byte, bit }'),
}

/**
 * Composes sense data: fixed format, 18 bytes, or descriptor format (D_SENSE or DESC set), 8 bytes and one descriptor
 * for each detail.
 * @throws {TypeError} or {RangeError} for what no sense data can say.
 */
export function encodeSense(sense: SenseData, descriptorFormat: boolean): Uint8Array {
  checkOptions('encodeSense: sense', sense, SENSE)
  checkOptions('encodeSense: code', sense.code, CODE)
  if (sense.pointer) checkOptions('encodeSense: pointer', sense.pointer, POINTER)
  checkArgument('encodeSense: descriptorFormat', descriptorFormat, flag)
  return descriptorFormat ? encodeDescriptor(sense) : encodeFixed(sense)
}

function decodeFixed(bytes: Uint8Array, deferred: boolean): SenseData {
  // What ADDITIONAL SENSE LENGTH or the transport cut off reads as zero.
  const whole = new Uint8Array(FixedSense.size)
  const length = Math.min(bytes.length, FIXED_HEADER_BYTES + (bytes[FIXED_HEADER_BYTES - 1] as number))
  whole.set(bytes.subarray(0, Math.min(length, FixedSense.size)))
  const view = FixedSense.view(dataView(whole))
  const { key, asc, ascq, information, commandSpecific } = view
  return {
    code: { key, asc, ascq },
    deferred,
    ...(view.valid && { information }),
    ...(commandSpecific !== 0 && { commandSpecific }),
    ...getPointer(view, key),
  }
}

function decodeOneDescriptor(view: DataView, at: number, key: SenseKey): Partial<SenseData> {
  const { type, additionalLength } = DescriptorHeader.view(view, at)
  const size = DescriptorHeader.size + additionalLength
  if (type === DescriptorType.information && size >= InformationDescriptor.size) {
    const { valid, information } = InformationDescriptor.view(view, at)
    return valid ? { information } : {}
  }
  if (type === DescriptorType.commandSpecific && size >= CommandSpecificDescriptor.size)
    return { commandSpecific: CommandSpecificDescriptor.view(view, at).information }
  if (type === DescriptorType.senseKeySpecific && size >= FieldPointerDescriptor.size)
    return getPointer(FieldPointerDescriptor.view(view, at), key)
  return {}
}

function decodeDescriptor(bytes: Uint8Array, deferred: boolean): SenseData {
  const view = dataView(bytes)
  const { key, asc, ascq, additionalLength } = DescriptorSense.view(view)
  const end = Math.min(bytes.length, DescriptorSense.size + additionalLength)
  const details: Partial<SenseData> = {}
  let at = DescriptorSense.size
  while (at + DescriptorHeader.size <= end) {
    const next = at + DescriptorHeader.size + DescriptorHeader.view(view, at).additionalLength
    if (next > end) break // cut short on the way: what is not whole is not said
    Object.assign(details, decodeOneDescriptor(view, at, key))
    at = next
  }
  return { code: { key, asc, ascq }, deferred, ...details }
}

/**
 * Reads sense data of either format, cut short or not; descriptors of unknown types are passed over.
 * @throws {SenseError} where the response code is none of 70h to 73h, or fewer than eight bytes came.
 */
export function decodeSense(bytes: Uint8Array): SenseData {
  checkArgument('decodeSense: bytes', bytes, byteArray())
  if (bytes.length < DescriptorSense.size)
    throw new SenseError(`${bytes.length} bytes of sense data came; both formats have at least ${DescriptorSense.size}`)
  const { responseCode } = DescriptorSense.view(dataView(bytes))
  if (responseCode === ResponseCode.fixedCurrent) return decodeFixed(bytes, false)
  if (responseCode === ResponseCode.fixedDeferred) return decodeFixed(bytes, true)
  if (responseCode === ResponseCode.descriptorCurrent) return decodeDescriptor(bytes, false)
  if (responseCode === ResponseCode.descriptorDeferred) return decodeDescriptor(bytes, true)
  throw new SenseError(`response code ${responseCode.toString(16)}h of sense data is none of 70h to 73h`)
}
