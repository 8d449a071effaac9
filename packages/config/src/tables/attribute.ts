import { checkArgument, object, oneOf } from '@lunkit/wire'
import type { Json, JsonObject } from '../json/value.ts'
import { isJsonObject } from '../json/value.ts'
import { own } from '../schema/kind.ts'
import { textOf } from '../schema/lenient.ts'

/** What a wrong value of an attribute leads to: this number holds, or its object is not served. */
export type WhenWrong = number | 'notServed'

/** One attribute of LIO, declared once: what it may be, what it is when the file does not say, what it means. */
export interface AttributeRow {
  readonly default: number
  /** What may be written, for a message: "0 or 1". */
  readonly values: string
  readonly allows: (value: number) => boolean
  /** What it does, in a line. */
  readonly meaning: string
  /** What a value leads to that LIO would refuse. Left out, the default holds, as in LIO. */
  readonly whenWrong?: WhenWrong
  /** LIO takes true, "yes", "on" and such for 1 and their opposites for 0. */
  readonly takesWords?: boolean
}

/** Attributes by LIO's own names. */
export type AttributeTable = Readonly<Record<string, AttributeRow>>

/** An attribute as LIO writes it, a number; files written by hand may hold its digits as a text. */
export type AttributeValue = number | string

/** A switch: 0 or 1. */
export function toggle(initial: 0 | 1, meaning: string): AttributeRow {
  return choice([0, 1], initial, meaning)
}

/** A switch that LIO reads as its kernel reads any boolean: 0, 1, and words. */
export function wordToggle(initial: 0 | 1, meaning: string): AttributeRow {
  return { ...toggle(initial, meaning), takesWords: true }
}

/** An attribute of which a wrong value must not mean the default: it restricts, or data depends on it. */
export function careful(row: AttributeRow, whenWrong: WhenWrong): AttributeRow {
  return { ...row, whenWrong }
}

/** One of a few numbers. */
export function choice(values: readonly number[], initial: number, meaning: string): AttributeRow {
  return { default: initial, values: values.join(' or '), allows: value => values.includes(value), meaning }
}

/** A number from `least` to `most`, both allowed. */
export function range(least: number, most: number, initial: number, meaning: string): AttributeRow {
  return {
    default: initial,
    values: `a whole number from ${least} to ${most}`,
    allows: value => value >= least && value <= most,
    meaning,
  }
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
  const value = values && own(values, name)
  if (value === undefined) return row.default
  const { whenWrong = row.default } = row
  return allowedNumber(row, value) ?? (whenWrong === 'notServed' ? row.default : whenWrong)
}
