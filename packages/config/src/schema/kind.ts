import type { JsonPath } from '../json/path.ts'
import type { Json, JsonObject } from '../json/value.ts'
import { ExactNumber, isJsonObject } from '../json/value.ts'

/** A part of a document, and what comes of it. */
export interface Part<T, N> {
  /** Who asks: what others make of the same object is another matter. */
  readonly by: object
  /** Only what comes of an object is remembered. */
  readonly of: unknown
  readonly path: JsonPath
  /** What else it depends on; what is the same value, or the same object, is unchanged. */
  readonly context?: readonly unknown[]
  make(notes: N): T
  /** Whether what was made before would be made again; left out: it would. */
  holds?(made: T): boolean
  /** The same in another place of the file; left out: it is made again. */
  moved?(made: T, path: JsonPath): T | undefined
}

/** Hears what is found while a document is read. */
export interface Notes {
  /** What stands at `path` is `wrong`; what would be `right`; and what comes of it, where that is not the end of all. */
  wrong(
    path: JsonPath,
    found: { readonly wrong: string; readonly right: string; readonly so?: string | undefined },
  ): void
  /** The object at `path` has a key that is not known here. */
  unknown(path: JsonPath, key: string): void
  /** What comes of a part of the document, which may be known from before; what is noted of it is noted again. */
  recall?<T>(part: Part<T, Notes>): T
}

/** Where something is read, and who hears of what is wrong with it. */
interface At {
  readonly path: JsonPath
  readonly notes: Notes
  /** What comes of it when this is wrong: "the portal is not opened". */
  readonly so?: string | undefined
}

/** What a JSON value may be. */
export interface Kind<T> {
  /** What a right value is, for a message: "true or false". */
  readonly right: string
  /** What `value` means; undefined, and noted, when it is wrong. */
  read(value: Json, at: At): T | undefined
}

/** The type of the values that a kind gives. */
export type Of<K> = K extends Kind<infer T> ? T : never

/** The kinds of an object's known keys. */
export type Kinds = Readonly<Record<string, Kind<unknown>>>

/** An object as it was read: required keys are there, optional ones where they are right. */
type Members<R extends Kinds, O extends Kinds> = { readonly [K in keyof R]: Of<R[K]> } & {
  readonly [K in keyof O]?: Of<O[K]>
}

/** A member of a list and its place in the document. */
export interface Placed<T> {
  readonly value: T
  readonly path: JsonPath
}

/** How an object is read. */
export interface Shape<R extends Kinds, O extends Kinds> {
  readonly required: R
  readonly optional: O
  /** What an optional key means where its value is wrong: what restricts must not be lost. Left out: as if it were not there. */
  readonly whenWrong?: { readonly [K in keyof O]?: Of<O[K]> }
  /** What comes of it when the object cannot be read: "the portal is not opened". */
  readonly so?: string
}

/** An object: its known keys, and any other key, which is noted. */
export interface ObjectKind<R extends Kinds, O extends Kinds> extends Kind<Members<R, O>> {
  readonly shape: Shape<R, O>
}

/** A kind that a function reads: undefined for what is wrong. */
export function kind<T>(right: string, meaning: (value: Json) => T | undefined): Kind<T> {
  return {
    right,
    read(value, { path, notes, so }) {
      const read = meaning(value)
      if (read === undefined) notes.wrong(path, { wrong: `is ${describe(value)}`, right, so })
      return read
    },
  }
}

const NOBODY: Notes = {
  wrong() {
    // Who asks sees that it means nothing.
  },
  unknown() {
    // It is kept.
  },
}

/** What a value means; undefined when it is wrong, which nobody hears of. */
export function meaningOf<T>(of: Kind<T>, value: Json): T | undefined {
  return of.read(value, { path: [], notes: NOBODY })
}

/** Any JSON value. */
export const anything: Kind<Json> = kind('any value', value => value)
/** `true` or `false`, not a number and not a text. */
export const flag: Kind<boolean> = kind('true or false', value => (typeof value === 'boolean' ? value : undefined))
/** Any text, the empty one too. */
export const text: Kind<string> = kind('a text in double quotes', value =>
  typeof value === 'string' ? value : undefined,
)

/** A whole number from `least` to `most`, both allowed. */
export function wholeNumber(least: number, most: number): Kind<number> {
  return kind(`a whole number from ${least} to ${most}`, value =>
    Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most
      ? (value as number)
      : undefined,
  )
}

/** A list whose members are all of one kind; a member that is wrong is left out. */
export function listOf<T>(member: Kind<T>, noun: string): Kind<readonly Placed<T>[]> {
  return {
    right: `a list of ${noun}`,
    read(value, { path, notes, so }) {
      if (!Array.isArray(value)) {
        notes.wrong(path, { wrong: `is ${describe(value)}`, right: this.right, so })
        return undefined
      }
      return (value as readonly Json[]).flatMap((item, index): Placed<T>[] => {
        const at = [...path, index]
        const read = member.read(item, { path: at, notes })
        return read === undefined ? [] : [{ value: read, path: at }]
      })
    },
  }
}

/** The same kind; what was read of an object that has not changed is not read again. What it holds must not know its place. */
export function remembered<T>(open: Kind<T>): Kind<T> {
  return recalled(open, { moved: read => read })
}

/** The same kind; what was read of what has not changed, in the same place, is not read again. */
export function rememberedInPlace<T>(open: Kind<T>): Kind<T> {
  return recalled(open, {})
}

function recalled<T>(open: Kind<T>, elsewhere: Pick<Part<T | undefined, Notes>, 'moved'>): Kind<T> {
  const { right } = open
  return {
    right,
    read(value, at) {
      const { path, notes } = at
      if (notes.recall === undefined) return open.read(value, at)
      const make = (inner: Notes) => open.read(value, { ...at, notes: inner })
      return notes.recall({ by: this, of: value, path, make, ...elsewhere })
    },
  }
}

/** An object with these keys. A key that is null is as if it were not there. */
export function objectOf<R extends Kinds, O extends Kinds>(noun: string, shape: Shape<R, O>): ObjectKind<R, O> {
  return {
    right: `an object that describes ${noun}`,
    shape,
    read(value, { path, notes, so = shape.so }) {
      if (!isJsonObject(value)) {
        notes.wrong(path, { wrong: `is ${describe(value)}`, right: this.right, so })
        return undefined
      }
      const required = readRequired(value, shape.required, { path, notes, so })
      const optional = readOptional(value, shape, { path, notes })
      for (const key of unknownKeys(value, shape)) notes.unknown(path, key)
      return required && ({ ...required, ...optional } as Members<R, O>)
    },
  }
}

function readRequired(value: JsonObject, kinds: Kinds, { path, notes, so }: At): object | undefined {
  const read: Record<string, unknown> = {}
  let complete = true
  for (const [key, member] of Object.entries(kinds)) {
    const at = [...path, key]
    const given = own(value, key)
    if (given === undefined) notes.wrong(at, { wrong: 'is missing', right: member.right, so })
    else read[key] = member.read(given, { path: at, notes, so })
    complete &&= read[key] !== undefined
  }
  return complete ? read : undefined
}

function readOptional(value: JsonObject, { optional, whenWrong = {} }: Shape<Kinds, Kinds>, at: At): object {
  const read: Record<string, unknown> = {}
  for (const [key, member] of Object.entries(optional)) {
    const given = own(value, key)
    if (given === undefined) continue
    const instead = whenWrong[key]
    const so = instead === undefined ? 'it is ignored' : `it counts as ${JSON.stringify(instead)}`
    const found = member.read(given, { path: [...at.path, key], notes: at.notes, so }) ?? instead
    if (found !== undefined) read[key] = found
  }
  return read
}

/** What an object has under a key of its own; null counts as nothing. */
export function own(value: JsonObject, key: string): Json | undefined {
  return Object.hasOwn(value, key) ? (value[key] ?? undefined) : undefined
}

/** The same object without any other keys. */
export function onlyKnown<R extends Kinds, O extends Kinds>(open: ObjectKind<R, O>): ObjectKind<R, O> {
  const known = [...Object.keys(open.shape.required), ...Object.keys(open.shape.optional)]
  return {
    ...open,
    read(value, at) {
      const { path, notes } = at
      const others = isJsonObject(value) ? unknownKeys(value, open.shape) : []
      for (const key of others)
        notes.wrong([...path, key], { wrong: 'is not known', right: `one of ${known.join(', ')}` })
      return open.read(value, at)
    },
  }
}

function unknownKeys(value: JsonObject, { required, optional }: Shape<Kinds, Kinds>): readonly string[] {
  return Object.keys(value).filter(key => !Object.hasOwn(required, key) && !Object.hasOwn(optional, key))
}

const LONGEST_SHOWN = 60

/** A value in a message: short ones as they are, the rest by what they are. */
export function describe(value: Json): string {
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list'
  if (isJsonObject(value)) return 'an object'
  if (value instanceof ExactNumber) return value.text
  const shown = JSON.stringify(value)
  return shown.length > LONGEST_SHOWN ? `${shown.slice(0, LONGEST_SHOWN)}…` : shown
}
