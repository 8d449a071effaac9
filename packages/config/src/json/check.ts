import { shownValue } from '@lunkit/wire'
import { formatPath } from './path.ts'
import { ExactNumber } from './value.ts'

const RIGHT = 'null, true, false, a finite number, a text, a list or an object'

/**
 * Checks that a program's value is JSON all through, so that what is written of it can be read again. A member of an object
 * that is undefined counts as left out.
 * @throws {TypeError} that says where it is not.
 */
export function checkJson(name: string, value: unknown): void {
  new JsonCheck(name).check(value)
}

class JsonCheck {
  readonly #name: string
  readonly #path: (string | number)[] = []
  /** The lists and objects that it is in. */
  readonly #above: object[] = []

  constructor(name: string) {
    this.#name = name
  }

  check(value: unknown): void {
    if (value === null || typeof value === 'boolean' || typeof value === 'string' || Number.isFinite(value)) return
    if (!isContainer(value)) throw new TypeError(`${this.#where} is ${shownValue(value)}; right is ${RIGHT}`)
    if (value instanceof ExactNumber) return
    if (this.#above.includes(value))
      throw new TypeError(`${this.#where} is an object that it is a part of; right is ${RIGHT}`)
    this.#above.push(value)
    if (Array.isArray(value)) for (let at = 0; at < value.length; at++) this.#checkMember(at, value[at])
    else for (const [key, member] of Object.entries(value)) if (member !== undefined) this.#checkMember(key, member)
    this.#above.pop()
  }

  #checkMember(key: string | number, value: unknown): void {
    this.#path.push(key)
    this.check(value)
    this.#path.pop()
  }

  get #where(): string {
    return this.#path.length === 0 ? this.#name : `${this.#name}: ${formatPath(this.#path)}`
  }
}

/** A list or an object, but no object of a class. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const made: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || value instanceof ExactNumber || made === Object.prototype || made === null
}
