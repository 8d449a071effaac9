import { isLayout } from './public-names.ts'

/** What these say is the machine's. */
const OF_THE_MACHINE = /^systemSources\.machine\./

const isPlain = (value: object): boolean =>
  [Object.prototype, Array.prototype, null].includes(Object.getPrototypeOf(value) as object | null)

function* leaves(value: unknown, name: string, above: readonly unknown[] = []): Generator<string> {
  if (typeof value === 'function' || value === undefined || above.includes(value)) return
  if (typeof value === 'bigint') yield `${name} = ${value}n`
  else if (typeof value !== 'object' || value === null) yield `${name} = ${JSON.stringify(value)}`
  else if (value instanceof Map || value instanceof Set) yield* leaves([...value], name, above)
  else if (value instanceof RegExp) yield `${name} = ${value}`
  else if (isPlain(value) && !isLayout(value))
    for (const [key, each] of Object.entries(value)) yield* leaves(each, `${name}.${key}`, [...above, value])
}

/**
 * Each number, text and flag that a door exports, in tables too, by name; what layouts are made of, the tests of their bytes know.
 * What is in `seen`, another door has told; what this one tells, is added.
 */
export function constantsOf(door: Readonly<Record<string, unknown>>, seen: Set<unknown>): readonly string[] {
  const told: string[] = []
  for (const [name, value] of Object.entries(door)) {
    if (seen.has(value)) continue
    if (typeof value === 'object') seen.add(value)
    told.push(...leaves(value, name))
  }
  return told.filter(line => !OF_THE_MACHINE.test(line))
}
