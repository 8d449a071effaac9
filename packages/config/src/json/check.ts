import { shownValue } from '@lunkit/wire'
import { formatPath, type JsonPath } from './path.ts'
import { ExactNumber } from './value.ts'

const RIGHT = 'null, true, false, a finite number, a text, a list or an object'

/**
 * Checks that a program's value is JSON all through, so that what is written of it can be read again. A member of an object
 * that is undefined counts as left out.
 * @throws {TypeError} that says where it is not.
 */
export function checkJson(name: string, value: unknown): void {
  check({ name, path: [], above: [] }, value)
}

interface Place {
  readonly name: string
  readonly path: JsonPath
  /** The lists and objects that it is in. */
  readonly above: readonly object[]
}

function check({ name, path, above }: Place, value: unknown): void {
  if (value === null || typeof value === 'boolean' || typeof value === 'string' || Number.isFinite(value)) return
  const where = path.length === 0 ? name : `${name}: ${formatPath(path)}`
  if (!isContainer(value)) throw new TypeError(`${where} is ${shownValue(value)}; right is ${RIGHT}`)
  if (value instanceof ExactNumber) return
  if (above.includes(value)) throw new TypeError(`${where} is an object that it is a part of; right is ${RIGHT}`)
  const inside = [...above, value]
  if (Array.isArray(value)) value.forEach((each, at) => check({ name, path: [...path, at], above: inside }, each))
  else
    for (const [key, each] of Object.entries(value))
      if (each !== undefined) check({ name, path: [...path, key], above: inside }, each)
}

/** A list or an object, but no object of a class. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const made: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || value instanceof ExactNumber || made === Object.prototype || made === null
}
