/** A name, and what it is sorted by. */
export interface NameKey {
  readonly name: string
  readonly start: string
  readonly number: bigint
}

/** What a name is sorted by. */
export function nameKey(name: string): NameKey {
  const digits = /[0-9]+$/.exec(name)?.[0] ?? ''
  return { name, start: name.slice(0, name.length - digits.length), number: BigInt(digits) }
}

/** How names are sorted. */
export function nameOrder(one: NameKey, other: NameKey): number {
  if (one.start !== other.start) return one.start < other.start ? -1 : 1
  return Number(one.number > other.number) - Number(one.number < other.number)
}

/** Names in targetcli's order: lun2 comes before lun10. */
export function inTreeOrder(names: Iterable<string>): readonly string[] {
  return Array.from(names, nameKey)
    .sort(nameOrder)
    .map(({ name }) => name)
}
