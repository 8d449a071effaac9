import { callback, checkArgument, type Domain, object, wholeNumber } from '@lunkit/wire'
import { storeLimits } from './limits.ts'

const METHODS = ['submit', 'listen', 'close'] as const

/** Objects that serve as stores, whoever made them. */
export const STORE: Domain = object(
  'a store: an object with name, sizeBytes, features, submit, listen and close',
  store => {
    const given = store as Readonly<Record<string, unknown>>
    const isWhole = METHODS.every(name => typeof given[name] === 'function')
    return isWhole && typeof given['sizeBytes'] === 'number' && typeof given['features'] === 'object'
  },
)
const NEW_SIZE = wholeNumber(storeLimits.sizeMultipleBytes)

/**
 * Checks what size a store is to have, in bytes; undefined: its own.
 * @throws {TypeError} or {RangeError} for what is no size.
 */
export function checkNewSize(sizeBytes: number | undefined): void {
  if (sizeBytes !== undefined) checkArgument('resize: sizeBytes', sizeBytes, NEW_SIZE)
}

/** Who hears what a store reports. */
export const LISTENER: Domain = { ...callback, words: 'a function that is given each event' }
