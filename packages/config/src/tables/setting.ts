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
