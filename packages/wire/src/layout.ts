import { checkArgument, object, wholeNumber } from './argument.ts'
import type { Fields, Values, View } from './field.ts'

/** A structure on the wire, declared once: its views, its composer, its bit map and its trace line come from here. */
export interface Layout<F extends Fields = Fields> {
  /** The standard's name of the structure. */
  readonly name: string
  /** The clause that defines it, such as `RFC 7143 11.3`. */
  readonly spec: string
  /** Length in bytes, without what may follow the fixed part. */
  readonly size: number
  readonly fields: F
  /** A 1 for every bit that some field declares; what is 0 here is reserved. */
  readonly declared: Uint8Array
  /** Reads where it lies: nothing is copied or decoded. The view is valid as long as the bytes are. */
  view(view: DataView, at?: number): View<F>
  /** Zeroes `size` bytes at `at` and gives setters over them, so that reserved bits are always sent as zero. */
  compose(view: DataView, at?: number): Values<F>
  /**
   * Composes a structure of its own from values; fields that are left out are zero.
   * @throws {TypeError} or {RangeError} for a value that its field does not hold; setters do not look.
   */
  encode(values: Partial<Values<F>>): Uint8Array
}

/** What a layout is declared from. */
export interface LayoutSpec<F extends Fields> {
  readonly name: string
  readonly spec: string
  readonly size: number
  readonly fields: F
  /** What a composer starts from, besides zeroes: an opcode, bits that are always 1. */
  readonly initial?: Partial<Values<F>>
}

/** Thrown at load time when a declaration contradicts itself. */
export class LayoutError extends RangeError {
  override readonly name = 'LayoutError'
}

function declaredBits({ name, size, fields }: LayoutSpec<Fields>): Uint8Array {
  const declared = new Uint8Array(size)
  for (const [key, field] of Object.entries(fields)) {
    field.mask.forEach((mask, i) => {
      const at = field.byte + i
      if (at >= size) throw new LayoutError(`${name}.${key} runs past byte ${size - 1}`)
      const taken = declared[at] as number
      if (taken & mask) throw new LayoutError(`${name}.${key} overlaps another field in byte ${at}`)
      declared[at] = taken | mask
    })
  }
  return declared
}

/** What is generated for a layout: functions of its own, so that V8 specialises them. */
interface Accessors {
  view(view: DataView, at?: number): object
  compose(view: DataView, at?: number): object
}

/** Zeroes `size` bytes at `at`, in as few stores as DataView has. */
function zeroing(size: number): string {
  const stores: string[] = []
  let byte = 0
  for (; byte + 8 <= size; byte += 8) stores.push(`view.setFloat64(at + ${byte}, 0)`)
  if (byte + 4 <= size) stores.push(`view.setUint32(at + ${byte}, 0)`)
  for (byte = size - (size % 4); byte < size; byte++) stores.push(`view.setUint8(at + ${byte}, 0)`)
  return stores.join('; ')
}

/**
 * The source of a layout's accessor class. One class with closures over the fields would share its inline caches among
 * all layouts, which costs three times as much as code of its own.
 */
function accessorSource({ size, fields, initial }: LayoutSpec<Fields>): string {
  const entries = Object.entries(fields)
  const reached = entries.map(([key, field], i) =>
    field.code ? '' : `const field${i} = fields[${JSON.stringify(key)}];`,
  )
  const accessors = entries.map(([key, { code }], i) => {
    const get = code?.read ?? `field${i}.get(view, at)`
    const set = code?.write ?? `field${i}.set(view, at, value)`
    const name = JSON.stringify(key)
    return `get ${name}() { const { view, at } = this; return ${get} }
            set ${name}(value) { const { view, at } = this; ${set} }`
  })
  const firsts = Object.keys(initial ?? {}).map(
    key => `packet[${JSON.stringify(key)}] = initial[${JSON.stringify(key)}];`,
  )
  return `'use strict'; ${reached.join(' ')}
    class Packet {
      constructor(view, at) { this.view = view; this.at = at }
      ${accessors.join('\n')}
    }
    return {
      view: (view, at = 0) => new Packet(view, at),
      compose: (view, at = 0) => { ${zeroing(size)}; const packet = new Packet(view, at); ${firsts.join(' ')} return packet },
    }`
}

/** Compiled at the layout's first use: a program uses few of the layouts that it loads. */
function accessors(spec: LayoutSpec<Fields>): Accessors {
  // oxlint-disable-next-line typescript/no-implied-eval -- made of a layout's declaration alone
  const make = new Function('fields', 'initial', accessorSource(spec))
  return make(spec.fields, spec.initial) as Accessors
}

const SPEC = object('a layout: { name, spec, size, fields }', spec => {
  const { name, spec: clause, size, fields } = spec as Partial<LayoutSpec<Fields>>
  const isText = (text: unknown): boolean => typeof text === 'string' && text !== ''
  const isNamed = isText(name) && isText(clause) && Number.isSafeInteger(size) && Number(size) >= 0
  return (
    isNamed &&
    typeof fields === 'object' &&
    fields !== null &&
    Object.values(fields).every(field => Array.isArray(field?.mask))
  )
})
const VALUES = object('an object of values by the names of fields')

/**
 * Declares a layout.
 * @throws {LayoutError} where two fields share a bit, or a field runs past the end. {TypeError} for what is no layout.
 */
export function layout<const F extends Fields>(spec: LayoutSpec<F>): Layout<F> {
  checkArgument('layout: spec', spec, SPEC)
  let compiled: Accessors | undefined
  const compile = (): Accessors => {
    compiled ??= accessors(spec)
    Object.assign(made, compiled) // from now on without this detour
    return compiled
  }
  const made: Layout<F> = {
    ...spec,
    declared: declaredBits(spec),
    view: (view, at) => compile().view(view, at) as View<F>,
    compose: (view, at) => compile().compose(view, at) as Values<F>,
    encode(values) {
      checkValues(made, values)
      checkNames(made, values)
      const out = new Uint8Array(spec.size)
      Object.assign(made.compose(dataView(out)), values)
      return out
    },
  }
  return made
}

/**
 * Checks values before they are given to a layout's setters, which take them as they are. Names that are no fields of
 * the layout are passed over.
 * @throws {TypeError} or {RangeError} for a value that its field does not hold.
 */
export function checkValues({ name, fields }: Pick<Layout, 'name' | 'fields'>, values: object): void {
  checkArgument(`the values of ${name}`, values, VALUES)
  for (const [key, value] of Object.entries(values)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined
    if (field && value !== undefined) checkArgument(`${name}: ${key}`, value, field.domain)
  }
}

/** What has a name that no field has would be left out of what is composed. */
function checkNames({ name, fields }: Pick<Layout, 'name' | 'fields'>, values: object): void {
  for (const key of Object.keys(values))
    if (!Object.hasOwn(fields, key))
      throw new TypeError(`${name} has no field ${JSON.stringify(key)}; there are ${Object.keys(fields).join(', ')}`)
}

const VIEW = object('a DataView', view => view instanceof DataView)

/**
 * Checks that a structure of `sizeBytes` lies whole at `at` of a view.
 * @throws {TypeError} or {RangeError} where it does not.
 */
export function checkPlace(
  name: string,
  { view, at, sizeBytes }: { readonly view: unknown; readonly at: unknown; readonly sizeBytes: number },
): void {
  checkArgument(`${name}: view`, view, VIEW)
  const last = (view as DataView).byteLength - sizeBytes
  if (last < 0)
    throw new RangeError(`${name}: view has ${(view as DataView).byteLength} bytes; right is ${sizeBytes} or more`)
  checkArgument(`${name}: at`, at, wholeNumber(0, last))
}

/** A DataView over exactly the bytes of `bytes`, wherever they lie. */
export function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The first reserved bit that is set in the structure at `at`, or undefined: what a strict reader complains about. */
export function reservedBit(of: Layout, view: DataView, at = 0): { byte: number; bit: number } | undefined {
  for (let i = 0; i < of.size; i++) {
    const stray = view.getUint8(at + i) & ~(of.declared[i] as number)
    if (stray) return { byte: i, bit: 31 - Math.clz32(stray) }
  }
  return undefined
}
