/** A name, and what it is sorted by. */
interface Key {
  readonly name: string
  readonly start: string
  readonly number: bigint
}

function keyOf(name: string): Key {
  const digits = /[0-9]+$/.exec(name)?.[0] ?? ''
  return { name, start: name.slice(0, name.length - digits.length), number: BigInt(digits) }
}

function order(one: Key, other: Key): number {
  if (one.start !== other.start) return one.start < other.start ? -1 : 1
  return Number(one.number > other.number) - Number(one.number < other.number)
}

/** Names in targetcli's order: lun2 comes before lun10. */
export function inTreeOrder(names: Iterable<string>): readonly string[] {
  return Array.from(names, keyOf)
    .sort(order)
    .map(({ name }) => name)
}
