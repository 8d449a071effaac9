import { bit, bits, byteArray, checkArgument, dataView, layout, u8, u16, wholeNumber } from '@lunkit/wire'
import { asciiText } from '../ascii-text.ts'
import { BYTES, FIELDS, LIST, TEXT } from '../domains.ts'
import { ParameterDataError } from '../parameter-error.ts'

/** How a designator's value is written. */
export const CodeSet = { binary: 1, ascii: 2, utf8: 3 } as const
export type CodeSet = (typeof CodeSet)[keyof typeof CodeSet]

/** What a designator names. */
export const Association = { logicalUnit: 0, targetPort: 1, targetDevice: 2 } as const
export type Association = (typeof Association)[keyof typeof Association]

/** Which form of name a designator has. */
export const DesignatorType = {
  vendorSpecific: 0,
  t10VendorId: 1,
  eui64: 2,
  naa: 3,
  relativeTargetPort: 4,
  targetPortGroup: 5,
  logicalUnitGroup: 6,
  md5LogicalUnit: 7,
  scsiName: 8,
} as const
export type DesignatorType = (typeof DesignatorType)[keyof typeof DesignatorType]

/** SPC-5, protocol identifier values: which transport a designator of a port or device belongs to. */
export const ProtocolId = { iscsi: 5 } as const

const DesignatorHeader = layout({
  name: 'designation descriptor',
  spec: 'SPC-5, Device Identification VPD page, designation descriptor',
  size: 4,
  fields: {
    protocol: bits(0, [7, 4]),
    codeSet: bits<CodeSet>(0, [3, 0], CodeSet),
    protocolValid: bit(1, 7),
    association: bits<Association>(1, [5, 4], Association),
    type: bits<DesignatorType>(1, [3, 0], DesignatorType),
    length: u8(3),
  },
})

/** The value of the designators that are a 16-bit number. */
const NumberValue = layout({
  name: 'designator',
  spec: 'SPC-5, Device Identification VPD page, designator of a number',
  size: 4,
  fields: { number: u16(2) },
})

/** A name of a logical unit, of the port it was asked through, or of the device it is in. */
export interface Designator {
  readonly codeSet: CodeSet
  readonly association: Association
  readonly type: DesignatorType
  /** The transport (PROTOCOL IDENTIFIER), where the name belongs to one. */
  readonly protocol?: number
  readonly value: Uint8Array
}

/** How much of vendor and product standard INQUIRY data has room for. */
const VENDOR_CHARACTERS = 8
const PRODUCT_CHARACTERS = 16

const LARGEST_VALUE_BYTES = 255
const LARGEST_NAME_BYTES = 256
const NAA_IEEE_REGISTERED_EXTENDED = '6'
/** Hex digits after the NAA and the company identifier: 36 bits of identifier and 64 of its extension. */
const NAA_VENDOR_DIGITS = 25

const COMPANY_ID = wholeNumber(0, 2 ** 24 - 1)
const VALUE = byteArray(0, LARGEST_VALUE_BYTES)

/** What a designator's own header says. */
function checkHeader(designator: Omit<Designator, 'value'>): void {
  for (const name of ['codeSet', 'association', 'type'] as const)
    checkArgument(`designator: ${name}`, designator[name], DesignatorHeader.fields[name].domain)
  const { protocol } = designator
  if (protocol !== undefined) checkArgument('designator: protocol', protocol, DesignatorHeader.fields.protocol.domain)
}

function checkDesignator(name: string, designator: Designator): void {
  checkArgument(name, designator, FIELDS)
  checkHeader(designator)
  checkArgument(`${name}: value`, designator.value, VALUE)
}

/** NAA IEEE Registered Extended, as LIO makes it: the company's identifier, then the serial's first 25 hex digits. */
export function naaDesignator(companyId: number, serial: string): Designator {
  checkArgument('naaDesignator: companyId', companyId, COMPANY_ID)
  checkArgument('naaDesignator: serial', serial, TEXT)
  const digits = serial.replace(/[^0-9a-f]/gi, '').slice(0, NAA_VENDOR_DIGITS)
  const hex = `${NAA_IEEE_REGISTERED_EXTENDED}${companyId.toString(16).padStart(6, '0')}`
  const value = Buffer.from(hex + digits.padEnd(NAA_VENDOR_DIGITS, '0'), 'hex')
  return { codeSet: CodeSet.binary, association: Association.logicalUnit, type: DesignatorType.naa, value }
}

/**
 * The T10 vendor identification with a vendor specific part: the product and the serial, closed by a NUL as in LIO. Its code
 * set is ASCII: what that has no character for is as in `asciiText`.
 */
export function t10VendorDesignator(vendor: string, product: string, serial: string): Designator {
  for (const [name, value] of Object.entries({ vendor, product, serial }))
    checkArgument(`t10VendorDesignator: ${name}`, value, TEXT)
  const id = asciiText(vendor).slice(0, VENDOR_CHARACTERS).padEnd(VENDOR_CHARACTERS)
  const name = asciiText(product).slice(0, PRODUCT_CHARACTERS)
  const text = `${id}${name}:${asciiText(serial)}`.slice(0, LARGEST_VALUE_BYTES - 1)
  return {
    codeSet: CodeSet.ascii,
    association: Association.logicalUnit,
    type: DesignatorType.t10VendorId,
    value: Buffer.from(`${text}\0`, 'ascii'),
  }
}

/** A designator that is a 16-bit number: relative target port, target port group, logical unit group. */
export function numberDesignator(
  type: DesignatorType,
  number: number,
  of: { association: Association; protocol?: number },
): Designator {
  checkArgument('numberDesignator: of', of, FIELDS)
  checkHeader({ ...of, type, codeSet: CodeSet.binary })
  return { codeSet: CodeSet.binary, type, value: NumberValue.encode({ number }), ...of }
}

/** The number in a designator made by `numberDesignator`. */
export function designatorNumber(designator: Designator): number | undefined {
  checkDesignator('designatorNumber: designator', designator)
  const { value } = designator
  return value.length >= NumberValue.size ? NumberValue.view(dataView(value)).number : undefined
}

/**
 * A SCSI name string: UTF-8, closed by a NUL and padded to a multiple of four bytes, 256 at most. A longer name, which no iSCSI
 * name is, is cut between two characters.
 */
export function scsiNameDesignator(name: string, of: { association: Association; protocol?: number }): Designator {
  checkArgument('scsiNameDesignator: name', name, TEXT)
  checkArgument('scsiNameDesignator: of', of, FIELDS)
  checkHeader({ ...of, type: DesignatorType.scsiName, codeSet: CodeSet.utf8 })
  const textBytes = Buffer.byteLength(name, 'utf8')
  const lengthBytes = Math.min(Math.ceil((textBytes + 1) / 4) * 4, LARGEST_NAME_BYTES - 4)
  const value = Buffer.alloc(lengthBytes)
  value.write(name, 0, lengthBytes - 1, 'utf8')
  return { codeSet: CodeSet.utf8, type: DesignatorType.scsiName, value, ...of }
}

/** The text of an ASCII or UTF-8 designator without its padding. */
export function designatorText(designator: Designator): string {
  checkDesignator('designatorText: designator', designator)
  return Buffer.from(designator.value).toString('utf8').replace(/\0+$/, '')
}

/** Composes the body of the Device Identification page. */
export function encodeDesignators(designators: readonly Designator[]): Uint8Array {
  checkArgument('encodeDesignators: designators', designators, LIST)
  for (const each of designators) checkDesignator('encodeDesignators: a designator', each)
  return Buffer.concat(
    designators.flatMap(({ codeSet, association, type, protocol, value }) => [
      DesignatorHeader.encode({
        ...(protocol !== undefined && { protocol, protocolValid: true }),
        codeSet,
        association,
        type,
        length: value.length,
      }),
      value,
    ]),
  )
}

/**
 * Reads the body of the Device Identification page.
 * @throws {ParameterDataError} where a designator runs past the end.
 */
export function decodeDesignators(body: Uint8Array): Designator[] {
  checkArgument('decodeDesignators: body', body, BYTES)
  const found: Designator[] = []
  const view = dataView(body)
  for (let at = 0; at < body.length; ) {
    if (at + DesignatorHeader.size > body.length) throw new ParameterDataError(`a designator at ${at} has no header`)
    const { protocol, codeSet, protocolValid, association, type, length } = DesignatorHeader.view(view, at)
    const from = at + DesignatorHeader.size
    if (from + length > body.length)
      throw new ParameterDataError(`a designator at ${at} says ${length} bytes; ${body.length - from} are left`)
    const value = body.slice(from, from + length)
    found.push({ codeSet, association, type, ...(protocolValid && { protocol }), value })
    at = from + length
  }
  return found
}
