/** Names of values that are secret, in the words of targetcli, of LIO's file, and of lunkit. */
const SECRET = /password|secret/i
/** No input and no answer that is right is deeper; one that is wrong need not be shown whole, and may be as deep as it likes. */
const DEEPEST = 32

/** Whether a value of this name is secret. */
export const isSecret = (name: string): boolean => SECRET.test(name)

/** What stands in the place of a secret that somebody has sent. */
export const STARS = '***'

/** Whether there is one: all that is ever told of a secret. */
const setOrUnset = (secret: unknown): 'set' | 'unset' =>
  secret === undefined || secret === null || secret === '' ? 'unset' : 'set'

/** What says where a secret stands, and is none. What somebody sends by such a name may be one that was put there by mistake. */
const PLACE = /password_(?:file|credential)$/

/** What is told in an answer of a value whose name is that of a secret. */
export const told = (secret: unknown, name: string): unknown =>
  PLACE.test(name) && typeof secret === 'string' ? secret : setOrUnset(secret)

/** The same value, with something else in the place of each secret, and of what lies deeper than anything that is right. */
export function withoutSecrets(value: unknown, shown: (secret: unknown, name: string) => unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEEPEST) return shown(value, '')
  if (Array.isArray(value)) return value.map(each => withoutSecrets(each, shown, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [
      name,
      isSecret(name) ? shown(each, name) : withoutSecrets(each, shown, depth + 1),
    ]),
  )
}

/** The same value, with stars in the place of all that is no name of a member, or of a call. */
export function withoutValues(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutValues)
  if (typeof value !== 'object' || value === null) return value === undefined ? undefined : STARS
  const isCall = 'given' in value
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => {
      const isName = isCall && name === 'name' && typeof each === 'string'
      return [name, isName ? each : withoutValues(each)]
    }),
  )
}
