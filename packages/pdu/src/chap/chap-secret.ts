import { inspect } from 'node:util'
import { checkArgument, type Domain } from '@lunkit/wire'

/** Not named, so that what lists or writes the properties of an object does not come upon it. */
const BYTES: unique symbol = Symbol('secret')
const HIDDEN = '(secret)'

const SECRET: Domain = {
  type: 'object',
  words: 'a Uint8Array or a text, of one byte at least',
  has: (value: unknown) => value instanceof Uint8Array && value.length > 0,
}

/** A secret of CHAP. Whatever prints, inspects or writes it as JSON sees that there is one, and not which. */
export class ChapSecret {
  readonly [BYTES]: Uint8Array

  /** @throws {TypeError} or {RangeError} for what is neither a text nor bytes, or is empty. */
  constructor(secret: string | Uint8Array) {
    const bytes = typeof secret === 'string' ? Buffer.from(secret) : secret
    checkArgument('ChapSecret: secret', bytes, SECRET)
    this[BYTES] = Uint8Array.from(bytes)
  }

  /** The secret itself. */
  get bytes(): Uint8Array {
    return this[BYTES]
  }

  toString(): string {
    return HIDDEN
  }

  toJSON(): string {
    return HIDDEN
  }

  [inspect.custom](): string {
    return HIDDEN
  }
}
