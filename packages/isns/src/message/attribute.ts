import {
  arrayOf,
  byteArray,
  checkArgument,
  dataView,
  layout,
  object,
  text as texts,
  u32,
  wholeNumber,
} from '@lunkit/wire'
import { IsnsError, IsnsFault } from '../error.ts'
import { IsnsTag } from './codes.ts'

/** A tag and what it holds, RFC 4171 5.1.9. Its bytes are a multiple of 4; none are the absence of a value. */
export interface Attribute {
  readonly tag: number
  readonly value: Uint8Array
}

const NONE = new Uint8Array(0)
const HEAD_BYTES = 8
const NUMBER_BYTES = 4

const Head = layout({
  name: 'attribute',
  spec: 'RFC 4171 5.1.9',
  size: HEAD_BYTES,
  fields: { tag: u32(0), length: u32(4) },
})
const NumberValue = layout({ name: 'number', spec: 'RFC 4171 6.1', size: NUMBER_BYTES, fields: { number: u32(0) } })

const TAG = wholeNumber(0, 0xffff_ffff)
const TEXT = texts('a text without a NUL', text => !text.includes('\0'))
const BYTES = byteArray()
const ATTRIBUTE = object('an attribute: { tag, value }', attribute => {
  const { tag, value } = attribute as Partial<Attribute>
  return typeof tag === 'number' && TAG.has(tag as never) && value instanceof Uint8Array && value.length % 4 === 0
})
const ATTRIBUTES = arrayOf(ATTRIBUTE)

/** Stands between what a message is about and what it says of that, RFC 4171 5.6.4. */
export const delimiter: Attribute = { tag: IsnsTag.delimiter, value: NONE }

/**
 * Text: UTF-8 with a NUL behind it, filled up to a multiple of 4, RFC 4171 5.1.9.
 * @throws {TypeError} or {RangeError} for what is no tag, or no text.
 */
export function textAttribute(tag: number, text: string): Attribute {
  checkArgument('textAttribute: tag', tag, TAG)
  checkArgument('textAttribute: text', text, TEXT)
  const bytes = Buffer.from(`${text}\0`)
  const value = new Uint8Array((bytes.length + 3) & ~3)
  value.set(bytes)
  return { tag, value }
}

/** A number of 32 bits. */
export function numberAttribute(tag: number, number: number): Attribute {
  return { tag, value: NumberValue.encode({ number }) }
}

/** A tag without a value: it asks for one, or says that there is none. */
export const emptyAttribute = (tag: number): Attribute => ({ tag, value: NONE })

/**
 * The text of an attribute, without what fills it up.
 * @throws {TypeError} or {RangeError} for what is no attribute.
 */
export function textOf(attribute: Attribute): string {
  checkArgument('textOf: attribute', attribute, ATTRIBUTE)
  const { value } = attribute
  const end = value.indexOf(0)
  return Buffer.from(value.buffer, value.byteOffset, end < 0 ? value.length : end).toString()
}

/** The number of an attribute; undefined where it has none. */
export function numberOf({ value }: Attribute): number | undefined {
  return value.length === NUMBER_BYTES ? NumberValue.view(dataView(value)).number : undefined
}

/**
 * Attributes one behind the other.
 * @throws {TypeError} or {RangeError} for what are none.
 */
export function encodeAttributes(attributes: readonly Attribute[]): Uint8Array {
  checkArgument('encodeAttributes: attributes', attributes, ATTRIBUTES)
  const bytes = Buffer.alloc(attributes.reduce((sum, { value }) => sum + HEAD_BYTES + value.length, 0))
  const view = dataView(bytes)
  let at = 0
  for (const { tag, value } of attributes) {
    Object.assign(Head.compose(view, at), { tag, length: value.length })
    bytes.set(value, at + HEAD_BYTES)
    at += HEAD_BYTES + value.length
  }
  return bytes
}

/**
 * The attributes that bytes consist of; their values lie where those do.
 * @throws {IsnsError} where a length is no multiple of 4, or leads past the end. {TypeError} for what are no bytes.
 */
export function readAttributes(bytes: Uint8Array): readonly Attribute[] {
  checkArgument('readAttributes: bytes', bytes, BYTES)
  const view = dataView(bytes)
  const attributes: Attribute[] = []
  for (let at = 0; at < bytes.length; ) {
    const start = at + HEAD_BYTES
    if (start > bytes.length) throw wrongAttribute(at)
    const { tag, length } = Head.view(view, at)
    if (length > bytes.length - start || length % 4 !== 0) throw wrongAttribute(at)
    attributes.push({ tag, value: bytes.subarray(start, start + length) })
    at = start + length
  }
  return attributes
}

const wrongAttribute = (at: number): IsnsError =>
  new IsnsError(IsnsFault.malformed, `the attribute at byte ${at} does not fit into its message`)
