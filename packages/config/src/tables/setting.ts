import type { Kind } from '../schema/kind.ts'

/** One setting that LIO has no word for, declared once: what it may be, what it is when the file does not say. */
export interface SettingRow<T> {
  readonly kind: Kind<T>
  readonly default: T
  /** What it does, in a line. */
  readonly meaning: string
}

/** A row of a table of settings. */
export function setting<T>(allowed: Kind<T>, initial: NoInfer<T>, meaning: string): SettingRow<T> {
  return { kind: allowed, default: initial, meaning }
}

/** The kinds of a table's settings, by their names. */
export function kindsOf<T extends Readonly<Record<string, SettingRow<unknown>>>>(
  table: T,
): { readonly [K in keyof T]: T[K]['kind'] } {
  const kinds = Object.entries(table).map(([name, row]) => [name, row.kind])
  return Object.fromEntries(kinds) as { readonly [K in keyof T]: T[K]['kind'] }
}
