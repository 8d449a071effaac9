import type { Json, JsonObject } from '../json/value.ts'
import { ExactNumber } from '../json/value.ts'
import type { Kind } from './kind.ts'
import { kind, own } from './kind.ts'

// LIO's rtslib is written in Python and takes what Python takes: 1 for true, "3260" for 3260, 1.0 for 1. Files that were
// written by hand, or by other programs, rely on it.

const DIGITS = /^\s*-?[0-9]{1,16}\s*$/

/** The whole number that a value means, as a number or as its digits. */
function wholeNumberIn(value: Json): number | undefined {
  const text = value instanceof ExactNumber ? value.text : value
  if (typeof value === 'string' && !DIGITS.test(value)) return undefined
  if (typeof text !== 'number' && typeof text !== 'string') return undefined
  const number = Number(text)
  return Number.isSafeInteger(number) ? number : undefined
}

/** A whole number from `least` to `most`, or its digits as a text. */
export function number(least: number, most: number): Kind<number> {
  return kind(`a whole number from ${least} to ${most}`, value => {
    const read = wholeNumberIn(value)
    return read !== undefined && read >= least && read <= most ? read : undefined
  })
}

const YES: ReadonlySet<string> = new Set(['1', 'true', 'yes', 'on'])

/**
 * A switch: true or false, 1 or 0, or a word that says yes. A word that says no is wrong, because LIO takes any text for
 * yes: what it means depends on what is safe.
 */
export const toggle: Kind<boolean> = kind('true or false', value => {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return YES.has(value.trim().toLowerCase()) ? true : undefined
  const number = wholeNumberIn(value)
  return number === undefined ? undefined : number !== 0
})

/** What a value says as a text; numbers are written out. */
export function textOf(value: Json): string | undefined {
  if (typeof value === 'number') return String(value)
  if (value instanceof ExactNumber) return value.text
  return typeof value === 'string' ? value : undefined
}

/** The same of what an object has under a key; undefined where it has none. */
export function textIn(object: JsonObject, key: string): string | undefined {
  return textOf(own(object, key) ?? null)
}

/** A text, or a number that is written out as one. */
export const name: Kind<string> = kind('a text in double quotes', textOf)

/** A text of the given form. */
export function nameLike(right: string, passes: (value: string) => boolean): Kind<string> {
  return kind(right, value => {
    const text = textOf(value)
    return text !== undefined && passes(text) ? text : undefined
  })
}
