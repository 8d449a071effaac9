/** @throws {Error} where one is not the other, that shows both in one line. */
export function same(what: string, is: unknown, right: unknown): void {
  const [one, other] = [JSON.stringify(is), JSON.stringify(right)]
  if (one !== other) throw new Error(`${what}: ${one}; right is ${other}`)
}
