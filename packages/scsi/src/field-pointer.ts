import { checkArgument, type Field, type Fields, type Layout, object, text, wholeNumber } from '@lunkit/wire'

/** Where an illegal value lies (SPC-5, field pointer sense key specific data). */
export interface FieldPointer {
  /** Whether it lies in the CDB or in the parameter list that came as data-out. */
  readonly in: 'cdb' | 'parameters'
  /** The byte; for a field of several bytes the first one. */
  readonly byte: number
  /** The bit; for a field of several bits the most significant one. Left out, the whole byte is meant. */
  readonly bit?: number
}

const DECLARATION = object('a CDB or a layout, as cdb() and layout() make it', of => 'fields' in of)
const NAME = text()
const AT = wholeNumber(0, Number.MAX_SAFE_INTEGER)
const WHOLE_BYTE = 0xff

const mostSignificant = (mask: number): number => 31 - Math.clz32(mask)

/** The pointer to a field that starts `at` bytes after where it is declared to. */
export function pointerToField(area: FieldPointer['in'], { byte, mask }: Field<unknown>, at = 0): FieldPointer {
  const [first = WHOLE_BYTE] = mask
  return { in: area, byte: at + byte, ...(first !== WHOLE_BYTE && { bit: mostSignificant(first) }) }
}

/**
 * The pointer to a field by its declaration: of a CDB, or of a layout in a parameter list that begins `at` bytes from the
 * start of the list. Made once, beside the command that has use for it.
 * @throws {TypeError} or {RangeError} for what is no declaration, no place, or no field of the declaration.
 */
export function pointerTo<F extends Fields>(of: Layout<F>, name: keyof F & string, at = 0): FieldPointer {
  checkArgument('pointerTo: of', of, DECLARATION)
  checkArgument('pointerTo: name', name, NAME)
  checkArgument('pointerTo: at', at, AT)
  const field = Object.hasOwn(of.fields, name) ? of.fields[name] : undefined
  if (!field) throw new RangeError(`${of.name} has no field ${name}; it has ${Object.keys(of.fields).join(', ')}`)
  return pointerToField('opcode' in of ? 'cdb' : 'parameters', field, at)
}
