import type { Json } from '../json/value.ts'
import type { Kind, ObjectKind } from '../schema/kind.ts'
import { kind, objectOf } from '../schema/kind.ts'

/** One attribute of LIO, declared once: what it may be, what it is when the file does not say, what it means. */
export interface AttributeRow {
  readonly default: number
  /** What may be written, for a message: "0 or 1". */
  readonly values: string
  readonly allows: (value: number) => boolean
  /** What it does, in a line. */
  readonly meaning: string
}

/** Attributes by LIO's own names. */
export type AttributeTable = Readonly<Record<string, AttributeRow>>

/** An attribute as LIO writes it, a number; files written by hand may hold its digits as a text. */
export type AttributeValue = number | string

/** What an `attributes` object may hold: any row's attribute, and others that are not known here. */
export type AttributeValues<T extends AttributeTable> = { readonly [K in keyof T]?: AttributeValue }

/** A switch: 0 or 1. */
export function toggle(initial: 0 | 1, meaning: string): AttributeRow {
  return choice([0, 1], initial, meaning)
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

/** The kind of an `attributes` object. */
export function attributesOf<T extends AttributeTable>(
  table: T,
  noun: string,
): ObjectKind<Record<never, never>, { readonly [K in keyof T]: Kind<AttributeValue> }> {
  const optional = Object.fromEntries(Object.entries(table).map(([name, row]) => [name, attributeKind(row)]))
  return objectOf(noun, { required: {}, optional: optional as { readonly [K in keyof T]: Kind<AttributeValue> } })
}

function attributeKind(row: AttributeRow): Kind<AttributeValue> {
  return kind(row.values, value => {
    const number = attributeNumber(value)
    return number !== undefined && row.allows(number)
  })
}

const DIGITS = /^-?[0-9]{1,15}$/

/** The number that an attribute's value means; undefined when it means none. */
export function attributeNumber(value: Json | undefined): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined
  return typeof value === 'string' && DIGITS.test(value) ? Number(value) : undefined
}

/** The value in force: what the file says, else the row's default. */
export function attributeInForce<T extends AttributeTable>(
  table: T,
  values: AttributeValues<T> | undefined,
  name: keyof T & string,
): number {
  return attributeNumber(values?.[name]) ?? (table[name] as AttributeRow).default
}
