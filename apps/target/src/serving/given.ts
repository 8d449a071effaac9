/** Without what the administrator does not set: the defaults of whoever is given them hold. */
export function given<T extends object>(values: T): { readonly [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T> as {
    readonly [K in keyof T]?: Exclude<T[K], undefined>
  }
}
