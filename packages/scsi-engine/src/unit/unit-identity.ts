import { randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import type { Store } from '@lunkit/backstores/store'
import { asciiText, isAsciiText } from '@lunkit/scsi'
import { checkArgument, object } from '@lunkit/wire'

/** Who a logical unit says it is: INQUIRY and VPD pages 80h and 83h are made of it. All text is printable ASCII. */
export interface UnitIdentity {
  /** T10 vendor identification, 1 to 8 characters. */
  readonly vendor: string
  /** Product identification, 16 characters at most. */
  readonly product: string
  /** Product revision level, 4 characters at most. */
  readonly revision: string
  /** The unit serial number, 1 to 253 characters; its hex digits make the NAA designator. */
  readonly serial: string
  /** IEEE company identifier of the NAA designator, 24 bits. */
  readonly companyId: number
}

const VENDOR_CHARACTERS = 8
const PRODUCT_CHARACTERS = 16
const REVISION_CHARACTERS = 4
/** As many as LIO takes: with the NUL that closes it, what its page and LIO's own buffer hold. */
const SERIAL_CHARACTERS = 253
const COMPANY_ID_BITS = 24

/**
 * LIO's identity for this store under what was given; `alias` puts the storage object's name in the product's place, as far as
 * ASCII has characters for it. A unit that is given no serial number gets a random UUID, as LIO makes one: it is unique, and
 * another one for each unit, so that whoever wants it to stay keeps it and gives it again.
 * @throws {RangeError} or {TypeError} for what the fields that it goes into cannot hold.
 */
export function unitIdentity(store: Store, alias: boolean, given: Partial<UnitIdentity> = {}): UnitIdentity {
  checkIdentity(given)
  return {
    vendor: given.vendor ?? 'LIO-ORG',
    product: given.product ?? asciiText(alias ? store.name : store.productName).slice(0, PRODUCT_CHARACTERS),
    revision: given.revision ?? '4.0',
    serial: given.serial ?? randomUUID(),
    companyId: given.companyId ?? 0x001405,
  }
}

/**
 * Checks what a unit is said to be; `whole`: that nothing of it is left out.
 * @throws {RangeError} or {TypeError} for what the fields that it goes into cannot hold.
 */
export function checkIdentity(given: Partial<UnitIdentity>, whole = false): void {
  checkArgument('identity', given, object('an object: { vendor, product, revision, serial, companyId }'))
  const names = Object.keys(FIELDS)
  for (const name of Object.keys(given))
    if (!names.includes(name)) throw new TypeError(`identity has no ${inspect(name)}; there are ${names.join(', ')}`)
  for (const [name, field] of Object.entries(FIELDS)) {
    const value = given[name as keyof UnitIdentity]
    if (whole && value === undefined)
      throw new TypeError(`identity.${name} is left out; right is all of ${names.join(', ')}`)
    field(name, value)
  }
}

type FieldCheck = (name: string, value: unknown) => void

const FIELDS: Readonly<Record<keyof UnitIdentity, FieldCheck>> = {
  vendor: asciiField(1, VENDOR_CHARACTERS),
  product: asciiField(0, PRODUCT_CHARACTERS),
  revision: asciiField(0, REVISION_CHARACTERS),
  serial: serialField,
  companyId: companyIdField,
}

function asciiField(least: number, most: number): FieldCheck {
  const right = `${least} to ${most} printable ASCII characters`
  return (name, value) => {
    if (value === undefined) return
    if (typeof value !== 'string')
      throw new TypeError(`identity.${name} is ${inspect(value)}; right is a text: ${right}`)
    if (value.length >= least && value.length <= most && isAsciiText(value)) return
    throw new RangeError(`identity.${name} is ${JSON.stringify(value)}, ${value.length} characters; right is ${right}`)
  }
}

/** Spaces alone are no serial number: initiators take them away at both ends. */
function serialField(name: string, value: unknown): void {
  asciiField(1, SERIAL_CHARACTERS)(name, value)
  if (typeof value === 'string' && value.trim() === '')
    throw new RangeError(
      `identity.${name} has nothing but spaces; right is a text that no other disk has, such as a UUID`,
    )
}

function companyIdField(name: string, value: unknown): void {
  if (
    value === undefined ||
    (Number.isInteger(value) && (value as number) >= 0 && (value as number) < 2 ** COMPANY_ID_BITS)
  )
    return
  throw new RangeError(`identity.${name} is ${inspect(value)}; right is a whole number of ${COMPANY_ID_BITS} bits`)
}
