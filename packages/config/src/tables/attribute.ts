import { checkArgument, object, oneOf } from '@lunkit/wire'
import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import { textOf } from '../schema/lenient.ts'
import type { KEPT, Row, Setting } from './row.ts'

/** What a wrong value of an attribute leads to: this number holds, or its object is not served. */
export type WhenWrong = number | 'notServed'

/** What an attribute's values are like. */
export const AttributeKind = {
  /** 0 or 1. */
  toggle: 'toggle',
  /** One of a few numbers. */
  choice: 'choice',
  /** A whole number. */
  number: 'number',
} as const
export type AttributeKind = (typeof AttributeKind)[keyof typeof AttributeKind]

/** What an attribute's value is served as. */
export type AttributeSetting<N extends string = string, T = unknown> = Setting<N, T, number>

/** One attribute of LIO, declared once. */
export interface AttributeRow<S = AttributeSetting | typeof KEPT> extends Row<number, S> {
  readonly kind: AttributeKind
  /** What a value leads to that LIO would refuse. Left out, the default holds, as in LIO. */
  readonly whenWrong?: WhenWrong
  /** LIO takes true, "yes", "on" and such for 1 and their opposites for 0. */
  readonly takesWords?: boolean
}

/** Attributes by LIO's own names. */
export type AttributeTable = Readonly<Record<string, AttributeRow>>

/** An attribute as LIO writes it, a number; files written by hand may hold its digits as a text. */
export type AttributeValue = number | string

/** What may be written, and what holds where nothing is. */
type Values = Pick<AttributeRow, 'kind' | 'default' | 'values' | 'allows' | 'takesWords'>

/** An attribute's row: what it may be, and the rest of it. */
export function attribute<const S extends AttributeSetting | typeof KEPT>(
  values: Values,
  rest: Pick<AttributeRow<S>, 'meaning' | 'change' | 'sets' | 'shortfall' | 'whenWrong'>,
): AttributeRow<S> {
  return { ...values, ...rest }
}

/** A switch: 0 or 1. */
export function toggle(initial: 0 | 1): Values {
  return { ...choice([0, 1], initial), kind: AttributeKind.toggle }
}

/** A switch that LIO reads as its kernel reads any boolean: 0, 1, and words. */
export function wordToggle(initial: 0 | 1): Values {
  return { ...toggle(initial), takesWords: true }
}

/** One of a few numbers. */
export function choice(values: readonly number[], initial: number): Values {
  return {
    kind: AttributeKind.choice,
    default: initial,
    values: values.join(' or '),
    allows: value => values.includes(value),
  }
}

/** A number from `least` to `most`, both allowed. */
export function range(least: number, most: number, initial: number): Values {
  return {
    kind: AttributeKind.number,
    default: initial,
    values: `a whole number from ${least} to ${most}`,
    allows: value => value >= least && value <= most,
  }
}

/** The setting of this name is whether the attribute is 1. */
export function flag<const N extends string>(name: N): AttributeSetting<N, boolean> {
  return { name, from: value => value === 1 }
}

/** The setting of this name is the attribute's number. */
export function number<const N extends string>(name: N): AttributeSetting<N, number> {
  return { name, from: value => value }
}

/** The setting of this name is the attribute's number; 0 sets no limit. */
export function limit<const N extends string>(name: N): AttributeSetting<N, number | undefined> {
  return { name, from: value => (value === 0 ? undefined : value) }
}

/** The setting of this name is the attribute's seconds in milliseconds. */
export function seconds<const N extends string>(name: N): AttributeSetting<N, number> {
  return { name, from: value => value * 1000 }
}

const DIGITS = /^-?[0-9]{1,15}$/

/** The number that an attribute's value means; undefined when it means none. */
export function attributeNumber(value: Json | undefined): number | undefined {
  const text = value === undefined || value === null ? undefined : textOf(value)
  if (typeof value === 'string') return text !== undefined && DIGITS.test(text) ? Number(text) : undefined
  const number = Number(text ?? Number.NaN)
  return Number.isSafeInteger(number) ? number : undefined
}

const WORDS: ReadonlyMap<string, number> = new Map([
  ...['true', 'yes', 'y', 't', 'on'].map(word => [word, 1] as const),
  ...['false', 'no', 'n', 'f', 'off'].map(word => [word, 0] as const),
])

/** The number that a word, or true and false, means to the kernel. */
function numberOfWord(value: Json): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'string' ? WORDS.get(value.toLowerCase()) : undefined
}

/** The number that `value` means to this attribute; undefined for one that LIO would refuse. */
export function allowedNumber(row: AttributeRow, value: Json): number | undefined {
  const word = row.takesWords === true ? numberOfWord(value) : undefined
  const number = attributeNumber(value) ?? word
  return number !== undefined && row.allows(number) ? number : undefined
}

const TABLE = object('a table of attributes, such as tpgAttributes')
const ROW = object('a row of attributes', row => typeof (row as AttributeRow).allows === 'function')
const VALUES = object('an object of values, or undefined', values => isJsonObject(values as JsonObject))

/**
 * The value in force: what the file says, else the row's default; where the file is wrong, what is safe.
 * @throws {TypeError} or {RangeError} for what is no table, no object of values, or no attribute of the table.
 */
export function attributeInForce<T extends AttributeTable>(
  table: T,
  values: JsonObject | undefined,
  name: keyof T & string,
): number {
  checkArgument('attributeInForce: table', table, TABLE)
  if (values !== undefined) checkArgument('attributeInForce: values', values, VALUES)
  if (!Object.hasOwn(table, name)) checkArgument('attributeInForce: name', name, oneOf(Object.keys(table)))
  const row = table[name] as AttributeRow
  checkArgument(`attributeInForce: ${name}`, row, ROW)
  return rowInForce(row, values && own(values, name))
}

/** The value in force of a row where the file says `value`, or nothing. */
export function rowInForce(row: AttributeRow, value: Json | undefined): number {
  if (value === undefined) return row.default
  const { whenWrong = row.default } = row
  return allowedNumber(row, value) ?? (whenWrong === 'notServed' ? row.default : whenWrong)
}
