import type { JsonPath } from '../json/path.ts'
import type { Json, JsonObject } from '../json/value.ts'
import { ExactNumber, isJsonObject } from '../json/value.ts'
import type { Problems } from './problem.ts'

declare const checked: unique symbol

/** What a JSON value may be. It checks and never changes: a document that passed is a `T` and still what was read. */
export interface Kind<T> {
  /** What a right value is, for a message: "true or false". */
  readonly right: string
  /** Adds each problem of `value` to `problems`. */
  check(value: Json, path: JsonPath, problems: Problems): void
  /** Never there: it ties the kind to its type. */
  readonly [checked]?: T
}

/** The type of the values that a kind lets pass. */
export type Of<K> = K extends Kind<infer T> ? T : never

/** The kinds of an object's known keys. */
export type Kinds = Readonly<Record<string, Kind<unknown>>>

/** An object: its known keys, and any other key, which is kept. */
export interface ObjectKind<R extends Kinds, O extends Kinds>
  extends Kind<{ readonly [K in keyof R]: Of<R[K]> } & { readonly [K in keyof O]?: Of<O[K]> }> {
  readonly required: R
  readonly optional: O
}

/** A kind that a predicate decides. */
export function kind<T>(right: string, passes: (value: Json) => boolean): Kind<T> {
  return {
    right,
    check(value, path, problems) {
      if (!passes(value)) problems.add(path, `is ${describe(value)}`, right)
    },
  }
}

/** Any JSON value. */
export const anything: Kind<Json> = kind('any value', () => true)
/** `true` or `false`, not a number and not a text. */
export const flag: Kind<boolean> = kind('true or false', value => typeof value === 'boolean')
/** Any text, the empty one too. */
export const text: Kind<string> = kind('a text in double quotes', value => typeof value === 'string')
/** A text, or null for none. */
export const textOrNull: Kind<string | null> = kind(
  'a text in double quotes, or null',
  value => typeof value === 'string' || value === null,
)

/** A text of the given form. */
export function textLike(right: string, passes: (value: string) => boolean): Kind<string> {
  return kind(right, value => typeof value === 'string' && passes(value))
}

/** A whole number from `least` to `most`, both allowed. */
export function wholeNumber(least: number, most: number): Kind<number> {
  return kind(
    `a whole number from ${least} to ${most}`,
    value => Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most,
  )
}

/** A list whose members are all of one kind. */
export function listOf<T>(member: Kind<T>, noun: string): Kind<readonly T[]> {
  return {
    right: `a list of ${noun}`,
    check(value, path, problems) {
      if (!Array.isArray(value)) return problems.add(path, `is ${describe(value)}`, this.right)
      for (const [index, item] of (value as readonly Json[]).entries()) member.check(item, [...path, index], problems)
    },
  }
}

/** An object with these keys, and any others. */
export function objectOf<R extends Kinds, O extends Kinds>(
  noun: string,
  { required, optional }: { required: R; optional: O },
): ObjectKind<R, O> {
  return {
    right: `an object that describes ${noun}`,
    required,
    optional,
    check(value, path, problems) {
      if (!isJsonObject(value)) return problems.add(path, `is ${describe(value)}`, this.right)
      for (const [key, member] of Object.entries(required))
        if (Object.hasOwn(value, key)) member.check(value[key] as Json, [...path, key], problems)
        else problems.add([...path, key], 'is missing', member.right)
      for (const [key, member] of Object.entries(optional))
        if (Object.hasOwn(value, key)) member.check(value[key] as Json, [...path, key], problems)
    },
  }
}

/** The same object without any other keys. */
export function onlyKnown<R extends Kinds, O extends Kinds>(open: ObjectKind<R, O>): ObjectKind<R, O> {
  const known = [...Object.keys(open.required), ...Object.keys(open.optional)]
  return {
    ...open,
    check(value, path, problems) {
      open.check(value, path, problems)
      if (!isJsonObject(value)) return
      for (const key of Object.keys(value))
        if (!known.includes(key)) problems.add([...path, key], 'is not known', `one of ${known.join(', ')}`)
    },
  }
}

/** An object whose shape depends on its content. */
export function objectWhere<T>(noun: string, choose: (value: JsonObject) => Kind<T>): Kind<T> {
  return {
    right: `an object that describes ${noun}`,
    check(value, path, problems) {
      if (!isJsonObject(value)) return problems.add(path, `is ${describe(value)}`, this.right)
      choose(value).check(value, path, problems)
    },
  }
}

const LONGEST_SHOWN = 60

/** A value in a message: short ones as they are, the rest by what they are. */
function describe(value: Json): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (isJsonObject(value)) return 'an object'
  if (value instanceof ExactNumber) return value.text
  const shown = JSON.stringify(value)
  return shown.length > LONGEST_SHOWN ? `${shown.slice(0, LONGEST_SHOWN)}…` : shown
}
