/** When LIO lets a value be changed, and so does who sets it here. */
export const Change = {
  /** At any time; what follows from it for sessions that there are is the row's own matter. */
  always: 'always',
  /** While no LUN and no initiator uses what it is set of: it is exported by none. */
  unexported: 'unexported',
  /** Never: it says what the backend is like. */
  never: 'never',
} as const
export type Change = (typeof Change)[keyof typeof Change]

/** What a value is found in: its table. */
export interface ValuesInForce<V> {
  /** Whether the file gives it. */
  readonly given: boolean
  /** Another value in force of the same table. */
  readonly valueOf: (name: string) => V
}

/** What is served of a row: a setting of ours, by its name and type. */
export interface Setting<N extends string, T, V> {
  readonly name: N
  /** The setting that a value in force means. */
  readonly from: (value: V, others: ValuesInForce<V>) => T
}

/** What a row sets where it is kept in the file and has no part in what is served. */
export const KEPT = 'kept'

/** Values of which service falls short, and what comes of it: the text tells what is missing. */
export interface Shortfall<V> {
  /** Served without it, or not served at all. */
  readonly kind: 'kept' | 'refused'
  readonly when: (value: V) => boolean
  readonly text: string
}

/** One word of LIO that an administrator may set, declared once. All that reads, checks, plans, serves or explains it asks here. */
export interface Row<V, S = Setting<string, unknown, V> | typeof KEPT> {
  readonly default: V
  /** What may be written, for a message: "0 or 1". */
  readonly values: string
  readonly allows: (value: V) => boolean
  /** What it does in lunkit, in a line. */
  readonly meaning: string
  readonly change: Change
  /** The setting of ours that it becomes; or it is kept. A row without a decision does not compile. */
  readonly sets: S
  /** Left out, every value that may be written is served as it is. */
  readonly shortfall?: Shortfall<V>
}

/** The settings of ours that the rows of a table make, by name. */
export type SettingsOf<T> = {
  readonly [K in keyof T as T[K] extends { sets: Setting<infer N, unknown, never> } ? N : never]: T[K] extends {
    sets: Setting<string, infer S, never>
  }
    ? S
    : never
}

/** Rows as far as settings are made of them, whatever their values are. */
type Settable = Readonly<
  Record<string, { readonly default: unknown; readonly sets: Setting<string, unknown, never> | typeof KEPT }>
>

/** Where the values in force of a table are found. */
interface Found<T extends Settable> {
  readonly isGiven: (name: keyof T & string) => boolean
  readonly valueOf: (name: keyof T & string) => T[keyof T]['default']
}

/** A row that is served, by its name in the table. */
type ServedRow = readonly [name: string, setting: Setting<string, unknown, unknown>]

/** The rows of each table that are served, found once. */
const servedRows = new WeakMap<Settable, readonly ServedRow[]>()

function servedRowsOf(table: Settable): readonly ServedRow[] {
  const known = servedRows.get(table)
  if (known !== undefined) return known
  const rows = Object.entries(table).flatMap(([name, { sets }]): ServedRow[] =>
    sets === KEPT ? [] : [[name, sets as ServedRow[1]]],
  )
  servedRows.set(table, rows)
  return rows
}

/** The settings that a table's values in force mean. */
export function settingsOf<T extends Settable>(table: T, { isGiven, valueOf }: Found<T>): SettingsOf<T> {
  const ofTable = (name: string) => valueOf(name as keyof T & string)
  const settings: Record<string, unknown> = {}
  for (const [name, setting] of servedRowsOf(table))
    settings[setting.name] = setting.from(ofTable(name), { given: isGiven(name), valueOf: ofTable })
  return settings as SettingsOf<T>
}

/** Done without where the value is this one, or one of these. */
export function keptWhen<V>(when: V | ((value: V) => boolean), text: string): Shortfall<V> {
  return { kind: 'kept', when: matching(when), text }
}

/** Not served where the value is this one, or one of these. */
export function refusedWhen<V>(when: V | ((value: V) => boolean), text: string): Shortfall<V> {
  return { kind: 'refused', when: matching(when), text }
}

function matching<V>(when: V | ((value: V) => boolean)): (value: V) => boolean {
  return typeof when === 'function' ? (when as (value: V) => boolean) : value => value === when
}

/** Every value but this one. */
export function otherThan<V>(value: V): (other: V) => boolean {
  return other => other !== value
}
