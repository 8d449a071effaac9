import { callback, type Domain, object } from '@lunkit/wire'

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
/** Who hears what a store reports. */
export const LISTENER: Domain = { ...callback, words: 'a function that is given each event' }
