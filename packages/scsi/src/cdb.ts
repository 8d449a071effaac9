import {
  arrayOf,
  bits,
  checkArgument,
  type Field,
  type Fields,
  type Layout,
  layout,
  object,
  oneOf,
  text,
  u8,
  type View,
  wholeNumber,
} from '@lunkit/wire'
import { type FieldPointer, pointerToField } from './field-pointer.ts'

/**
 * How a device server here stands to a field of a CDB. A field without a use is evaluated: an initiator may set it, it
 * has its effect, and it counts in the usage map.
 */
export const FieldUse = {
  /** May be set; it is not acted on, but is counted in the usage map, as a command that takes it does (DPO). */
  hint: 'hint',
  /** May be set and has no effect; the usage map does not count it. */
  ignored: 'ignored',
  /** Not supported: any of its bits set is INVALID FIELD IN CDB. */
  mustBeZero: 'mustBeZero',
} as const
export type FieldUse = (typeof FieldUse)[keyof typeof FieldUse]

/** A field with its use, which only the maps of a CDB look at. */
type UsedField<T> = Field<T> & { readonly use?: FieldUse }

const FIELD = object('a field, as u8() and its like make it', field =>
  Array.isArray((field as Partial<Field<unknown>>).mask),
)

function used<T>(field: Field<T>, use: FieldUse): UsedField<T> {
  checkArgument(`${use}: field`, field, FIELD)
  return { ...field, use }
}

/** Declares a field that may be set, has no effect here, and still counts as evaluated in the usage map. */
export const hint = <T>(field: Field<T>): Field<T> => used(field, FieldUse.hint)
/** Declares a field that may be set and has no effect here. */
export const ignored = <T>(field: Field<T>): Field<T> => used(field, FieldUse.ignored)
/** Declares a field that is not supported: an initiator that sets it is told INVALID FIELD IN CDB. */
export const mustBeZero = <T>(field: Field<T>): Field<T> => used(field, FieldUse.mustBeZero)

/** A place in a CDB: a byte, and a bit in it. */
export interface BitPlace {
  readonly byte: number
  readonly bit: number
}

/** Which bits of a CDB are looked at, and which may be set. */
export interface CdbMaps {
  /** Length in bytes. */
  readonly size: number
  /**
   * What REPORT SUPPORTED OPERATION CODES returns as CDB usage data: the operation code, the service action, and a 1
   * for every other bit that is looked at.
   */
  readonly usage: Uint8Array
  /** A 1 for every bit that an initiator may set. */
  readonly accepted: Uint8Array
}

/** A command descriptor block, declared once: its view, its composer, its usage map and its check come from here. */
export interface Cdb<F extends Fields = Fields> extends Layout<F>, CdbMaps {
  readonly opcode: number
  readonly serviceAction: number | undefined
}

/** What a command sees of its CDB. */
export type CdbView<C extends Cdb> = C extends Cdb<infer F> ? View<F> : never

/** What a CDB is declared from. Operation code, service action and CONTROL byte are not among the fields. */
export interface CdbSpec<F extends Fields> {
  /** The standard's name of the command. */
  readonly name: string
  /** The standard that defines it; the clause is the one of the command's name. */
  readonly spec: string
  readonly opcode: number
  /** For a command that is one of several with its operation code: bits 4 to 0 of byte 1. */
  readonly serviceAction?: number
  readonly size: 6 | 10 | 12 | 16
  readonly fields: F
}

const SERVICE_ACTION_MASK = 0x1f
const action = bits(1, [4, 0])
const SPEC = object('a CDB: { name, spec, opcode, size, fields }')
const OPCODE = wholeNumber(0, 0xff)
const SERVICE_ACTION = wholeNumber(0, SERVICE_ACTION_MASK)
const SIZE = oneOf([6, 10, 12, 16])
const CDB_FIELDS = object('an object of fields', fields => Object.values(fields).every(isField))
const MAPS = object('a CDB', of => 'usage' in of && 'accepted' in of)
const NAMES = arrayOf(text(), 'of names of fields')

function isField(field: unknown): boolean {
  return typeof field === 'object' && field !== null && FIELD.has(field as never)
}

function checkSpec(spec: CdbSpec<Fields>): void {
  checkArgument('cdb: spec', spec, SPEC)
  checkArgument('cdb: opcode', spec.opcode, OPCODE)
  if (spec.serviceAction !== undefined) checkArgument('cdb: serviceAction', spec.serviceAction, SERVICE_ACTION)
  checkArgument('cdb: size', spec.size, SIZE)
  checkArgument('cdb: fields', spec.fields, CDB_FIELDS)
}
/**
 * Of the CONTROL byte (SAM-5) only the two vendor specific bits may be set: NACA is refused, since NORMACA is zero
 * in standard INQUIRY data, and the rest is reserved or obsolete.
 */
const CONTROL_ACCEPTED = 0xc0

/** Which bits count as looked at, and which may be set, of the fields of a CDB alone. */
function fieldMaps({ size, fields }: CdbSpec<Fields>): { usage: Uint8Array; accepted: Uint8Array } {
  const usage = new Uint8Array(size)
  const accepted = new Uint8Array(size)
  for (const field of Object.values(fields)) {
    const { use } = field as UsedField<unknown>
    field.mask.forEach((mask, i) => {
      const at = field.byte + i
      if (use === undefined || use === FieldUse.hint) usage[at] = (usage[at] as number) | mask
      if (use !== FieldUse.mustBeZero) accepted[at] = (accepted[at] as number) | mask
    })
  }
  return { usage, accepted }
}

/**
 * Declares a CDB.
 * @throws {LayoutError} where two fields share a bit, or a field runs past the end. {TypeError} or {RangeError} for what is
 * no CDB.
 */
export function cdb<const F extends Fields>(spec: CdbSpec<F>): Cdb<F> {
  checkSpec(spec)
  const { name, opcode, serviceAction, size } = spec
  const { usage, accepted } = fieldMaps(spec)
  usage[0] = opcode
  accepted[0] = 0xff
  accepted[size - 1] = CONTROL_ACCEPTED
  if (serviceAction !== undefined) {
    usage[1] = (usage[1] as number) | serviceAction
    accepted[1] = (accepted[1] as number) | SERVICE_ACTION_MASK
  }
  const hasAction = serviceAction !== undefined
  const fields = { operationCode: u8(0), ...(hasAction && { action }), ...spec.fields }
  const initial = { operationCode: opcode, ...(hasAction && { action: serviceAction }) }
  const base = layout({ name, spec: spec.spec, size, fields, initial: initial as object })
  // Added to the layout itself, which puts its compiled accessors in its own place at their first use.
  return Object.assign(base as unknown as Layout<F>, { opcode, serviceAction, usage, accepted })
}

/**
 * The maps of a CDB for a logical unit that does not support some of its fields, such as DPO and FUA: setting one is
 * INVALID FIELD IN CDB, and the usage map does not count it. Names that the CDB does not have are passed over.
 */
export function refusing(of: Cdb, names: readonly string[]): CdbMaps {
  checkArgument('refusing: of', of, MAPS)
  checkArgument('refusing: names', names, NAMES)
  const usage = of.usage.slice()
  const accepted = of.accepted.slice()
  for (const name of names) {
    const field = of.fields[name]
    field?.mask.forEach((mask, i) => {
      usage[field.byte + i] = (usage[field.byte + i] as number) & ~mask
      accepted[field.byte + i] = (accepted[field.byte + i] as number) & ~mask
    })
  }
  return { size: of.size, usage, accepted }
}

/** The first bit set in `raw` that may not be, for the field pointer of INVALID FIELD IN CDB; undefined in a clean CDB. */
export function strayBit(of: CdbMaps, raw: Uint8Array): BitPlace | undefined {
  const { accepted, size } = of
  for (let i = 1; i < size; i++) {
    const stray = (raw[i] as number) & ~(accepted[i] as number)
    if (stray) return { byte: i, bit: 31 - Math.clz32(stray) }
  }
  return undefined
}

/** The service action of a CDB of up to 16 bytes whose operation code has any: bits 4 to 0 of byte 1. */
export const serviceActionOf = (raw: Uint8Array): number => (raw[1] as number) & SERVICE_ACTION_MASK

/** Where the service action lies in such a CDB, for an action that no command has. */
export const serviceActionPointer: FieldPointer = pointerToField('cdb', action)

/** The lengths of CDBs by the operation code's three top bits; groups 3, 6 and 7 have no fixed one (SPC-5). */
const GROUP_LENGTHS = [6, 10, 10, undefined, 16, 12, undefined, undefined] as const

/** The length in bytes of a CDB by its operation code's group, undefined for groups without a fixed one. */
export function cdbLength(opcode: number): 6 | 10 | 12 | 16 | undefined {
  checkArgument('cdbLength: opcode', opcode, OPCODE)
  return GROUP_LENGTHS[opcode >> 5]
}
