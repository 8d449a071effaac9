/** What a table has under a name that somebody has typed; undefined: nothing, `toString` too. */
export function ownOf<T>(table: Readonly<Record<string, T>>, name: unknown): T | undefined {
  return typeof name === 'string' && Object.hasOwn(table, name) ? table[name] : undefined
}
