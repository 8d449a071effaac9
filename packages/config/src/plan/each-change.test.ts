import { createHash } from 'node:crypto'
import { ChapSecret } from '@lunkit/pdu'
import { expect, it } from 'vitest'
import { documentChanges } from '../changes/document-changes.ts'
import { difference } from '../difference/difference.ts'
import { parseConfiguration } from '../document.ts'
import type { Configuration } from '../saveconfig.ts'
import { ConfigError } from '../schema/problem.ts'
import { richDocument } from '../testing/rich-document.ts'
import { drawTree } from '../tree/draw-tree.ts'
import { treeNode } from '../tree/tree.ts'
import { planServing } from './plan.ts'
import type { ServingPlan } from './serving-plan.ts'

/** What takes the place of each value; undefined: nothing does. */
const OTHERS: readonly unknown[] = [undefined, -1, 2, 70_000, false, 'x', []]
/** Of what is another thing then, so many lines are kept as they are; of what is more, a digest. */
const SHOWN = 4

type Path = readonly (string | number)[]

/** Every place in a document but the top. */
function* places(value: unknown, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path
  if (typeof value !== 'object' || value === null) return
  for (const [key, member] of Object.entries(value))
    yield* places(member, [...path, Array.isArray(value) ? Number(key) : key])
}

function changed(path: Path, value: unknown): object {
  const whole = structuredClone(richDocument) as Record<string | number, unknown>
  const holder = path.slice(0, -1).reduce((at, key) => at[key] as Record<string | number, unknown>, whole)
  const last = path.at(-1) as string | number
  if (value !== undefined) holder[last] = value
  else if (Array.isArray(holder)) holder.splice(last as number, 1)
  else delete holder[last]
  return whole
}

/** What a plan holds, leaf by leaf. */
function* leaves(value: unknown, name: string): Generator<string> {
  if (typeof value === 'function') return
  if (value instanceof ChapSecret) yield `${name}: ${Buffer.from(value.bytes).toString()}`
  else if (value instanceof Map || value instanceof Set) yield* leaves([...value], name)
  else if (typeof value === 'object' && value !== null)
    for (const [key, each] of Object.entries(value)) yield* leaves(each, `${name}.${key}`)
  else yield `${name}: ${String(value)}`
}

const FOUND = { secret: new ChapSecret('found') }
const planOf = (configuration: Configuration): ServingPlan => planServing(configuration, () => FOUND)

/** What an administrator is told of a configuration, what is served of it, and how its tree looks. */
function toldOf(configuration: Configuration, { notices, ...rest }: ServingPlan): ReadonlySet<string> {
  return new Set([
    ...notices.map(({ kind, text, paths }) => `${kind} ${text} [${paths.join(' ')}]`),
    ...leaves(rest, 'plan'),
    ...drawTree(path => treeNode(configuration, path), { path: '/' }),
  ])
}

const base = parseConfiguration(JSON.stringify(richDocument))
const PLAN = planOf(base)
const BEFORE = toldOf(base, PLAN)

const without = (lines: ReadonlySet<string>, others: ReadonlySet<string>, sign: string): string[] =>
  [...lines].filter(line => !others.has(line)).map(line => `${sign} ${line}`)

function shortened(lines: readonly string[]): string {
  const rest = lines.slice(SHOWN)
  const digest = createHash('sha256').update(rest.join('\n')).digest('hex').slice(0, 8)
  return [...lines.slice(0, SHOWN), ...(rest.length > 0 ? [`${rest.length} more, ${digest}`] : [])].join('\n')
}

/** What is another thing with a document than with the rich one. */
function outcomeOf(document: object): string {
  try {
    const after = parseConfiguration(JSON.stringify(document))
    const plan = planOf(after)
    const now = toldOf(after, plan)
    const steps = difference(PLAN, plan).map(({ kind }) => `step ${kind}`)
    const changes = documentChanges(base, after).map(change => `change ${JSON.stringify(change)}`)
    return shortened([...without(now, BEFORE, '+'), ...without(BEFORE, now, '-'), ...steps, ...changes])
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return `! ${error.message}`
  }
}

/** The outcomes of what may stand in a place, with what has each. */
function outcomesAt(path: Path): string {
  const values = new Map<string, string[]>()
  for (const value of OTHERS) {
    const outcome = outcomeOf(changed(path, value))
    values.set(outcome, [...(values.get(outcome) ?? []), JSON.stringify(value) ?? 'nothing'])
  }
  return [...values].map(([outcome, given]) => `${given.join(' or ')}:\n${outcome}`).join('\n')
}

it('a whole configuration is served as it says', () => {
  expect([...BEFORE].join('\n')).toMatchSnapshot()
})

it.each(['fabric_modules', 'lunkit', 'storage_objects', 'targets'])(
  'each value below %s changes what is told and served as far as it means something, and no further',
  top => {
    const some = [...places(richDocument)].filter(([first]) => first === top)
    expect(some.map(path => `--- ${path.join('.')}\n${outcomesAt(path)}`).join('\n')).toMatchSnapshot()
  },
)
