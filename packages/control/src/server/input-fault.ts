import { formatPath, type JsonPath } from '@lunkit/config'
import { nearest, shownValue } from '@lunkit/wire'
import type * as z from 'zod'
import { ControlFault, FaultKind } from '../control-fault.ts'
import { isSecret, STARS } from './secrets.ts'

type Issue = Parameters<z.core.$ZodErrorMap>[0]

const TYPES: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}

const list = (values: readonly unknown[]): string => `one of ${values.map(value => shownValue(value)).join(', ')}`

const bound = (word: string, { origin }: { readonly origin: string }, limit: unknown): string =>
  `${word} ${String(limit)}${origin === 'array' ? ' in the list' : ''}`

/** What would be right instead, by the code of zod; undefined: as zod says it. */
const RIGHT: { readonly [C in Issue['code']]?: (issue: Extract<Issue, { code: C }>) => string } = {
  invalid_type: ({ expected }) => TYPES[expected] ?? `a ${expected}`,
  invalid_value: ({ values }) => list(values),
  too_big: issue => bound('at most', issue, issue.maximum),
  too_small: issue => bound('at least', issue, issue.minimum),
  unrecognized_keys: ({ inst }) => list(namesOf(inst)),
  invalid_union: ({ inst, discriminator }) => (discriminator ? list(callsOf(inst)) : 'a text or a number'),
}

/** What an object may have. */
function namesOf(schema: unknown): string[] {
  const { shape = {} } = (schema as Partial<z.ZodObject> | undefined) ?? {}
  return Object.keys(shape)
}

/** What a call may be of. */
function callsOf(schema: unknown): string[] {
  const { options = [] } = (schema as Partial<z.ZodDiscriminatedUnion> | undefined) ?? {}
  return options.flatMap(option => {
    const { name } = (option as z.ZodObject).shape
    return [...(name as z.ZodLiteral<string>).values]
  })
}

/** Has zod say what would be right, as a message of it. */
function rightOf(issue: Issue): string | undefined {
  const row = RIGHT[issue.code] as ((issue: Issue) => string) | undefined
  return row?.(issue)
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key], input)
}

/** A key that is too much, or a value that is wrong: where it is, and how a message shows it. */
function placeOf(issue: z.core.$ZodIssue, input: unknown): { readonly path: PropertyKey[]; readonly shown: string } {
  const [extra] = issue.code === 'unrecognized_keys' ? issue.keys : []
  if (extra !== undefined) return { path: issue.path, shown: `has ${shownValue(extra)}` }
  const path = issue.code === 'invalid_union' && issue.discriminator ? withLast(issue) : issue.path
  const value = valueAt(input, path)
  if (value === undefined) return { path, shown: 'is missing' }
  return { path, shown: `is ${path.some(key => isSecret(String(key))) ? STARS : shownValue(value)}` }
}

// Whether zod's path of a union leads to what tells its members apart has changed between its versions.
const withLast = ({ path, discriminator }: z.core.$ZodIssueInvalidUnion): PropertyKey[] =>
  path.at(-1) === discriminator ? path : [...path, discriminator as string]

/** The name of a closed list that was meant. */
function meant(shown: string, right: string): string | null {
  const [, word] = /^(?:is|has) "([^"]*)"$/.exec(shown) ?? []
  if (word === undefined || !right.startsWith('one of ')) return null
  return nearest(
    word,
    [...right.matchAll(/"([^"]*)"/g)].map(([, name]) => name as string),
  )
}

/**
 * What a schema makes of an input.
 * @throws {ControlFault} for what it does not take.
 */
export function checkedInput<S extends z.ZodType>(schema: S, input: unknown): z.output<S> {
  const { success, data, error } = schema.safeParse(input, { error: rightOf })
  if (success) return data
  const issue = error.issues[0] as z.core.$ZodIssue
  const { path, shown } = placeOf(issue, input)
  const right = issue.message
  throw new ControlFault(FaultKind.usage, {
    what: shown,
    where: path.length === 0 ? '' : formatPath(path as JsonPath),
    right,
    nearest: meant(shown, right),
  })
}
