/** The values that an argument, an option or a field of a layout may have. */
export interface Domain {
  /** What `typeof` says of them. */
  readonly type: 'bigint' | 'boolean' | 'function' | 'number' | 'object' | 'string'
  /** What is right, as a message says it: `a whole number from 0 to 255`. */
  readonly words: string
  /** Whether a value of the type is one of them. */
  readonly has: (value: never) => boolean
  /** Whether an option must not be left out. */
  readonly required?: boolean
}

/** The options of a function by name, with what each may be. */
export type OptionDomains = Readonly<Record<string, Domain>>

const SHOWN_CHARACTERS = 80

const BOUND: Domain = {
  type: 'number',
  words: 'a whole number',
  has: (value: number) => Number.isInteger(value), // a field of 64 bits has a bound that is not safe
}
const BIG_BOUND: Domain = { type: 'bigint', words: 'a bigint from 0n on', has: (value: bigint) => value >= 0n }
const WORDS: Domain = { type: 'string', words: 'a text that says what is right', has: (value: string) => value !== '' }
const DOMAIN: Domain = {
  type: 'object',
  words: 'a domain: { type, words, has }',
  has: (value: Partial<Domain>) => typeof value.has === 'function' && typeof value.words === 'string',
}
const LIST: Domain = {
  type: 'object',
  words: 'an array of one or more texts, or of numbers',
  has: (values: unknown) =>
    Array.isArray(values) &&
    ['string', 'number'].includes(typeof values[0]) &&
    values.every(value => typeof value === typeof values[0]),
}

/** A value as messages show it. */
export function shownValue(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return 'a function'
  if (typeof value === 'string') {
    const text = value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}...` : value
    return JSON.stringify(text)
  }
  if (ArrayBuffer.isView(value)) return `${value.constructor.name} of ${value.byteLength} bytes`
  if (Array.isArray(value)) return `an array of ${value.length}`
  if (typeof value === 'object' && value !== null) return `an object (${value.constructor?.name ?? 'without a class'})`
  return Object.is(value, -0) ? '-0' : String(value)
}

/**
 * Whole numbers from `low` to `high`. -0 is 0.
 * @throws {TypeError} or {RangeError} for bounds that are no whole numbers, or the wrong way round.
 */
export function wholeNumber(low = 0, high: number = Number.MAX_SAFE_INTEGER): Domain {
  checkBounds('wholeNumber', low, high)
  return {
    type: 'number',
    words: `a whole number from ${low} to ${high}`,
    has: (value: number) => Number.isSafeInteger(value) && value >= low && value <= high,
  }
}

function checkBounds(name: string, low: number, high: number): void {
  checkArgument(`${name}: low`, low, BOUND)
  checkArgument(`${name}: high`, high, BOUND)
  if (low > high)
    throw new RangeError(`${name}: low is ${low}, above high, which is ${high}; right is the other way round`)
}

/**
 * Whole numbers from 0 to `high` that are no `number` but a `bigint`.
 * @throws {TypeError} or {RangeError} for a bound that is no bigint, or below 0.
 */
export function wholeBigint(high: bigint): Domain {
  checkArgument('wholeBigint: high', high, BIG_BOUND)
  return { type: 'bigint', words: `a bigint from 0n to ${high}n`, has: (value: bigint) => value >= 0n && value <= high }
}

/** True and false. */
export const flag: Domain = { type: 'boolean', words: 'true or false', has: () => true }

/** Functions. */
export const callback: Domain = { type: 'function', words: 'a function', has: () => true }

/**
 * Texts, all of them or those that are `right`.
 * @throws {TypeError} for words that are no text, or what is no function.
 */
export function text(words = 'a text', right: (value: string) => boolean = () => true): Domain {
  checkArgument('text: words', words, WORDS)
  checkArgument('text: right', right, callback)
  return { type: 'string', words, has: right }
}

/**
 * Bytes: a Uint8Array (a Buffer is one) of so many.
 * @throws {TypeError} or {RangeError} for lengths that are none.
 */
export function byteArray(lowBytes = 0, highBytes: number = Number.MAX_SAFE_INTEGER): Domain {
  checkBounds('byteArray', lowBytes, highBytes)
  return {
    type: 'object',
    words:
      lowBytes === 0 && highBytes === Number.MAX_SAFE_INTEGER
        ? 'a Uint8Array'
        : `a Uint8Array of ${lowBytes === highBytes ? lowBytes : `${lowBytes} to ${highBytes}`} bytes`,
    has: (value: unknown) => value instanceof Uint8Array && value.length >= lowBytes && value.length <= highBytes,
  }
}

/**
 * Objects, all of them or those that are `right`. Arrays are none.
 * @throws {TypeError} for words that are no text, or what is no function.
 */
export function object(words = 'an object', right: (value: object) => boolean = () => true): Domain {
  checkArgument('object: words', words, WORDS)
  checkArgument('object: right', right, callback)
  return { type: 'object', words, has: (value: object) => !Array.isArray(value) && right(value) }
}

/**
 * Arrays of what is in a domain.
 * @throws {TypeError} for what is no domain.
 */
export function arrayOf(domain: Domain, plural?: string): Domain {
  checkArgument('arrayOf: domain', domain, DOMAIN)
  if (plural !== undefined) checkArgument('arrayOf: plural', plural, WORDS)
  const { type, has, words } = domain
  return {
    type: 'object',
    words: `an array, ${plural ?? `each of it ${words}`}`,
    has: (value: unknown) =>
      Array.isArray(value) && value.every(item => item !== null && typeof item === type && has(item as never)),
  }
}

/**
 * The values of a closed list, all of one type.
 * @throws {TypeError} or {RangeError} for what is no such list.
 */
export function oneOf(values: readonly (number | string)[]): Domain {
  checkArgument('oneOf: values', values, LIST)
  return {
    type: typeof values[0] as 'number' | 'string',
    words: `one of ${values.map(value => shownValue(value)).join(', ')}`,
    has: (value: number | string) => values.includes(value),
  }
}

/**
 * What must not be left out.
 * @throws {TypeError} for what is no domain.
 */
export function required(domain: Domain): Domain {
  checkArgument('required: domain', domain, DOMAIN)
  return { ...domain, required: true }
}

/**
 * Checks an argument of a public function, before anything is done with it.
 * @throws {TypeError} for a value of another type. {RangeError} for one that is not in the domain.
 */
export function checkArgument(name: string, value: unknown, domain: Domain): void {
  if (value === null || typeof value !== domain.type)
    throw new TypeError(`${name} is ${shownValue(value)}; right is ${domain.words}`)
  if (!domain.has(value as never)) throw outside(name, value, domain)
}

const isIn = (value: unknown, { type, has }: Domain): boolean =>
  value !== null && typeof value === type && has(value as never)

/** An object of another class is of another type. */
function outside(name: string, value: unknown, { type, words }: Domain): Error {
  const message = `${name} is ${shownValue(value)}; right is ${words}`
  const sized = ArrayBuffer.isView(value) || Array.isArray(value)
  return type === 'object' && !sized ? new TypeError(message) : new RangeError(message)
}

const OPTIONS = object()

/**
 * Checks an object of options: those that are undefined count as left out.
 * @throws {TypeError} for what is no object, an option that there is not, one that is missing, or a value of another
 * type. {RangeError} for a value that is not in its domain.
 */
export function checkOptions(name: string, options: unknown, domains: OptionDomains): void {
  checkArgument(name, options, OPTIONS)
  const given = options as Readonly<Record<string, unknown>>
  for (const key of Object.keys(given))
    if (!Object.hasOwn(domains, key))
      throw new TypeError(`${name} has no option ${JSON.stringify(key)}; there are ${Object.keys(domains).join(', ')}`)
  for (const key of Object.keys(domains)) {
    const domain = domains[key] as Domain
    const value = given[key]
    // What is right needs no name.
    if (value === undefined ? domain.required : !isIn(value, domain)) checkArgument(`${name}: ${key}`, value, domain)
  }
}
