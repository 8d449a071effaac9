import { isJsonObject, type Json } from '@lunkit/config'
import type { Section } from './section.ts'
import { type SectionFormat, SectionScope } from './section-format.ts'

/** A value of a preference. */
type PreferenceValue = string | number | boolean

/** What one user prefers. */
export type UserPreferences = {
  readonly uid: number
  readonly preferences: Readonly<Record<string, PreferenceValue>>
}

/** What no user may exceed: what is kept is read whole at every start. */
const preferenceLimits = { users: 1000, names: 200, bytes: 16 * 1024 } as const

/** More was to be kept than there is room for; nothing has changed. */
export class TooManyPreferences extends RangeError {
  override readonly name = 'TooManyPreferences'
  readonly what: string
  readonly right: string

  constructor(what: string, right: string) {
    super(`${what}; right is ${right}`)
    this.what = what
    this.right = right
  }
}

/** Of the directory: they are a user's, whatever is served. */
export const PREFERENCES: SectionFormat<UserPreferences> = {
  name: 'preferences',
  scope: SectionScope.directory,
  version: 1,
  plural: 'preferences of users',
  readers: { 1: readEntry },
  keyOf: ({ uid }) => String(uid),
}

/** What users of the control API prefer. */
export class KeptPreferences {
  readonly #section: Section<UserPreferences>

  constructor(section: Section<UserPreferences>) {
    this.#section = section
  }

  /** All that a user has ever set. */
  of(uid: number): UserPreferences['preferences'] {
    return this.#section.get(String(uid))?.preferences ?? {}
  }

  /**
   * Sets some, and answers all there are; they are in the state when this resolves.
   * @throws {TooManyPreferences} beyond `preferenceLimits`. {StateUnusable} when they cannot be written. None has changed then.
   */
  set(uid: number, given: UserPreferences['preferences']): Promise<UserPreferences['preferences']> {
    return this.#section.update(draft => {
      const before = draft.get(String(uid))
      const preferences = { ...before?.preferences, ...given }
      if (before === undefined && Array.from(draft.values()).length >= preferenceLimits.users)
        throw new TooManyPreferences(`${preferenceLimits.users} users have preferences`, 'no more users')
      checkSize(preferences)
      draft.set(String(uid), { uid, preferences })
      return preferences
    })
  }
}

function checkSize(preferences: UserPreferences['preferences']): void {
  const { names, bytes } = preferenceLimits
  if (Object.keys(preferences).length > names)
    throw new TooManyPreferences('there would be too many preferences', `${names} of a user at the most`)
  if (Buffer.byteLength(JSON.stringify(preferences)) > bytes)
    throw new TooManyPreferences('the preferences would be too long', `${bytes} bytes of JSON of a user at the most`)
}

const isValue = (value: Json): value is PreferenceValue => ['string', 'number', 'boolean'].includes(typeof value)

function readEntry(entry: Json): UserPreferences | undefined {
  if (!isJsonObject(entry)) return undefined
  const { uid, preferences } = entry
  if (typeof uid !== 'number' || !Number.isInteger(uid) || !isJsonObject(preferences ?? null)) return undefined
  const values = Object.entries(preferences as Record<string, Json>)
  if (!values.every(([, value]) => isValue(value))) return undefined
  return { uid, preferences: Object.fromEntries(values) as UserPreferences['preferences'] }
}
