import { CIPHER_SUITES, CLIENT_AUTH, CURVES, SUITES_OF_13, TLS_VERSIONS } from './go-names.ts'

/** What a value of a key may be. */
export interface Shape {
  /** What is right. */
  readonly words: string
  readonly has: (value: unknown) => boolean
  /** It is never shown. */
  readonly isSecret?: true
}

/** Keys by name, with what each may be, or the keys that it has in turn. */
export interface Section {
  readonly [key: string]: Shape | { readonly section: Section }
}

/** Whether it is a text. */
export const isText = (value: unknown): value is string => typeof value === 'string'
const isList = (value: unknown, each: (value: unknown) => boolean): boolean => Array.isArray(value) && value.every(each)

const text: Shape = { words: 'a text', has: value => isText(value) && value !== '' && !value.includes('\0') }
const secret: Shape = { ...text, isSecret: true }
const flag: Shape = { words: 'true or false', has: value => typeof value === 'boolean' }
const texts: Shape = { words: 'a list of texts', has: value => isList(value, isText) }
const names = (known: object): string => Object.keys(known).join(', ')
const oneOf = (known: object): Shape => {
  return { words: `one of ${names(known)}`, has: value => isText(value) && Object.hasOwn(known, value) }
}
const someOf = (known: object): Shape => {
  const one = oneOf(known)
  return { words: `a list of ${names(known)}`, has: value => isList(value, one.has) }
}
/** RFC 9110 5.5, or nothing, which says nothing. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/
const header: Shape = { words: 'a text of one line', has: value => isText(value) && FIELD_VALUE.test(value) }
const headerOf = (...values: readonly string[]): Shape => {
  return {
    words: values.join(' or '),
    has: value => value === '' || (isText(value) && values.includes(value.toLowerCase())),
  }
}
const DURATION = /^(?:0|(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+)$/
const duration: Shape = {
  words: 'a time, as 1s, 100ms or 0',
  has: value => value === 0 || (isText(value) && DURATION.test(value)),
}
const MOST_BURST = 1_000_000
const burst: Shape = {
  words: `a whole number up to ${MOST_BURST}`,
  has: value => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= MOST_BURST,
}

/** Whether it has keys. */
export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every key of a web configuration but the names of users. */
export const KEYS: Section = {
  tls_server_config: {
    section: {
      ...{ cert: text, cert_file: text, key: secret, key_file: text, client_ca: text, client_ca_file: text },
      client_auth_type: oneOf(CLIENT_AUTH),
      client_allowed_sans: texts,
      ...{ min_version: oneOf(TLS_VERSIONS), max_version: oneOf(TLS_VERSIONS) },
      cipher_suites: someOf({ ...CIPHER_SUITES, ...Object.fromEntries(SUITES_OF_13.map(name => [name, name])) }),
      prefer_server_cipher_suites: flag,
      curve_preferences: someOf(CURVES),
    },
  },
  http_server_config: {
    section: {
      http2: flag,
      headers: {
        section: {
          'Content-Security-Policy': header,
          'X-Frame-Options': headerOf('deny', 'sameorigin'),
          'X-Content-Type-Options': headerOf('nosniff'),
          'X-XSS-Protection': header,
          'Strict-Transport-Security': header,
        },
      },
    },
  },
  rate_limit: { section: { interval: duration, burst } },
  basic_auth_users: { words: 'names with hashes of bcrypt', has: value => isObject(value), isSecret: true },
}
