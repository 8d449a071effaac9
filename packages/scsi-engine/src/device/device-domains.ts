import { callback, type Domain, type OptionDomains, object, required, text, wholeNumber } from '@lunkit/wire'
import { areStatistics } from '../statistics/engine-statistics.ts'

/** An object of a class that may come from another copy of its package. */
const having = (words: string, ...methods: readonly string[]): Domain =>
  object(words, given => methods.every(name => typeof (given as Record<string, unknown>)[name] === 'function'))

const NAME = text('a name', name => name !== '')

/** What a target device is made of. */
export const DEVICE: OptionDomains = {
  slab: required(having('a Slab', 'take', 'takeLater')),
  onBug: callback,
  timers: having('timers: { after(delayMs, run) }', 'after'),
  identities: having('UnitIdentities', 'take'),
  statistics: object('where units and nexuses count: { units, nexuses, clock }', areStatistics),
}

const STORE_METHODS = having('a store', 'submit', 'listen', 'close')
/** What a logical unit can be made of. */
export const STORE: Domain = object('a store: name, plugin, sizeBytes, features, submit, listen, close', store => {
  const { plugin, name, sizeBytes, features } = store as Readonly<Record<string, unknown>>
  const isTold = typeof plugin === 'string' && typeof name === 'string' && typeof sizeBytes === 'number'
  return isTold && typeof features === 'object' && features !== null && STORE_METHODS.has(store as never)
})

/** What a logical unit may be given beside its store. */
export const UNIT: OptionDomains = {
  attributes: object('an object of attributes'),
  identity: object('an object: { vendor, product, revision, serial, companyId }'),
  title: NAME,
  listener: callback,
}

/** Who a target port is. */
export const TARGET_PORT: OptionDomains = {
  targetName: required(NAME),
  tag: required(wholeNumber(0, 0xffff)),
  relativePortId: required(wholeNumber(1, 0xffff)),
}

/** Who an I_T nexus is. */
export const NEXUS_NAME: OptionDomains = {
  initiatorName: required(NAME),
  isid: required(wholeNumber(0, 2 ** 48 - 1)),
  targetName: required(NAME),
  targetPortalGroupTag: required(wholeNumber(0, 0xffff)),
}

/** Who hears of a nexus. */
export const NEXUS_LISTENER: Domain = object('a listener: { lunsChanged, reset }', listener =>
  ['lunsChanged', 'reset'].every(name => {
    const given = (listener as Record<string, unknown>)[name]
    return given === undefined || typeof given === 'function'
  }),
)
