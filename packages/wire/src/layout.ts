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
  /** Composes a structure of its own from values; fields that are left out are zero. */
  encode(values: Partial<Values<F>>): Uint8Array
}

/** What a layout is declared from. */
export interface LayoutSpec<F extends Fields> {
  readonly name: string
  readonly spec: string
  readonly size: number
  readonly fields: F
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
      const taken = declared[at] ?? 0
      if (taken & mask) throw new LayoutError(`${name}.${key} overlaps another field in byte ${at}`)
      declared[at] = taken | mask
    })
  }
  return declared
}

/** The accessor class of one layout: V8 inlines its getters, since each layout has a class of its own. */
function accessorClass(fields: Fields): new (view: DataView, at: number) => object {
  class Packet {
    readonly view: DataView
    readonly at: number
    constructor(view: DataView, at: number) {
      this.view = view
      this.at = at
    }
  }
  for (const [key, field] of Object.entries(fields)) {
    Object.defineProperty(Packet.prototype, key, {
      enumerable: true,
      get(this: Packet) {
        return field.get(this.view, this.at)
      },
      set(this: Packet, value: unknown) {
        field.set(this.view, this.at, value)
      },
    })
  }
  return Packet
}

/**
 * Declares a layout.
 * @throws {LayoutError} where two fields share a bit, or a field runs past the end.
 */
export function layout<const F extends Fields>(spec: LayoutSpec<F>): Layout<F> {
  const { size } = spec
  const declared = declaredBits(spec)
  const Packet = accessorClass(spec.fields)
  const compose = (view: DataView, at = 0): Values<F> => {
    for (let i = 0; i < size; i++) view.setUint8(at + i, 0)
    return new Packet(view, at) as Values<F>
  }
  return {
    ...spec,
    declared,
    view: (view, at = 0) => new Packet(view, at) as View<F>,
    compose,
    encode(values) {
      const out = new Uint8Array(size)
      Object.assign(compose(dataView(out)), values)
      return out
    },
  }
}

/** A DataView over exactly the bytes of `bytes`, wherever they lie. */
export function dataView(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

/** The first reserved bit that is set in the structure at `at`, or undefined: what a strict reader complains about. */
export function reservedBit(of: Layout, view: DataView, at = 0): { byte: number; bit: number } | undefined {
  for (let i = 0; i < of.size; i++) {
    const stray = view.getUint8(at + i) & ~(of.declared[i] ?? 0)
    if (stray) return { byte: i, bit: 31 - Math.clz32(stray) }
  }
  return undefined
}
