import { checkArgument, object, shownValue } from '@lunkit/wire'
import { keyOf } from './keys.ts'
import { declaredNames, negotiatedNames } from './parameters.ts'
import type { ValueKind } from './text-value.ts'

/**
 * Checks what a program wants to be offered, before it becomes a text.
 * @throws {TypeError} for what is no object. {RangeError} for a key that cannot be offered, or a value that is not one
 * of its key's.
 */
export function checkOffers(name: string, offers: unknown): void {
  checkArgument(name, offers, object('an object of text keys'))
  const given = offers as Readonly<Record<string, unknown>>
  for (const key of Object.keys(given)) {
    const value = given[key]
    if (value === undefined || LAST_RIGHT.get(key) === value) continue
    checkOffer(name, key, value)
    if (typeof value !== 'object') LAST_RIGHT.set(key, value)
  }
}

/** The value of each key that was found right last: a target offers the same in every login. Of arrays nobody knows what they will have. */
const LAST_RIGHT = new Map<string, unknown>()

function checkOffer(name: string, key: string, value: unknown): void {
  const declaration = keyOf(key)
  if (!declaration || !('kind' in declaration)) {
    const right = [...declaredNames, ...negotiatedNames].join(', ')
    throw new RangeError(`${name} has the key ${shownValue(key)}; right is one of ${right}`)
  }
  const kind = 'offerKind' in declaration ? declaration.offerKind : declaration.kind
  if (isValueOf(kind, value)) return
  throw new RangeError(`${name}: ${key} is ${shownValue(value)}; right is ${right(value, kind)}`)
}

/** A list is shown by its words. */
const right = (value: unknown, { range }: ValueKind<unknown>): string =>
  Array.isArray(value) ? `${range}, as an array; it has ${value.map(shownValue).join(', ') || 'none'}` : range

/** Whether a value is written as a text that is read as the same value. */
function isValueOf(kind: ValueKind<unknown>, value: unknown): boolean {
  try {
    return isSame(kind.parse(kind.format(value)), value)
  } catch {
    return false // of a type that has no such text
  }
}

/** Of keys there are texts, numbers, Yes and No, and lists of texts. */
function isSame(read: unknown, value: unknown): boolean {
  if (!Array.isArray(read) || !Array.isArray(value)) return Object.is(read, value)
  return read.length === value.length && read.every((word, at) => word === value[at])
}
