import { byteArray, type Domain, object, text } from '@lunkit/wire'

/** Any bytes. */
export const BYTES: Domain = byteArray()
/** Any text. */
export const TEXT: Domain = text()
/** Objects of the fields of a structure, which its layout checks one by one. */
export const FIELDS: Domain = object('an object of its fields')
/** Lists of what a structure has several of. */
export const LIST: Domain = { type: 'object', words: 'an array', has: (value: unknown) => Array.isArray(value) }
