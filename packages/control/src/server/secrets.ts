/** Names of values that are secret, in the words of targetcli, of LIO's file, and of lunkit. */
const SECRET = /password|secret|token/i

/** Whether a value of this name is secret. */
export const isSecret = (name: string): boolean => SECRET.test(name)

/** What stands in the place of a secret that somebody has sent. */
export const STARS = '***'

/** Whether there is one: all that is ever told of a secret. */
export const setOrUnset = (secret: unknown): 'set' | 'unset' =>
  secret === undefined || secret === null || secret === '' ? 'unset' : 'set'

/** The same value, at any depth with something else in the place of each secret. */
export function withoutSecrets(value: unknown, shown: (secret: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map(each => withoutSecrets(each, shown))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, isSecret(name) ? shown(each) : withoutSecrets(each, shown)]),
  )
}
