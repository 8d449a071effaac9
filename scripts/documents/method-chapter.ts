import { EVERY_METHOD } from '../../packages/control/src/methods/method.ts'
import { methods } from '../../packages/control/src/methods/methods.ts'
import { Body, type MethodName } from '../../packages/control/src/methods/routes.ts'
import { describeRoute } from '../../packages/control/src/server/openapi.ts'

/** JSON Schema, as far as methods use it. */
interface Schema {
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
  readonly additionalProperties?: Schema | boolean
}

interface Described {
  readonly querystring?: Schema
  readonly body?: Schema
  readonly response: { readonly 200: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> } }
}

const code = (text: unknown): string => `\`${String(text)}\``

/** The calls of a union of them, by their names. */
function namesOf(choices: readonly Schema[]): readonly string[] {
  return choices.flatMap(({ properties }) => {
    const name = properties?.['name']?.const
    return name === undefined ? [] : [code(name)]
  })
}

/** What a value is, in a word or two. */
function wordsOf(schema: Schema): string {
  const choices = schema.anyOf ?? schema.oneOf
  if (schema.enum !== undefined) return schema.enum.map(code).join(', ')
  if (choices !== undefined) {
    const names = namesOf(choices)
    if (names.length > 0) return `\`{ name, given }\` by name: ${names.join(', ')}`
    return [...new Set(choices.map(wordsOf))].join(' or ')
  }
  if (schema.items !== undefined) return `list of ${wordsOf(schema.items)}`
  if (typeof schema.additionalProperties === 'object') return `object of ${wordsOf(schema.additionalProperties)}`
  return [schema.type ?? 'anything'].flat().join(' or ')
}

/** The schema whose members are told below a line: of a list, that of its members. */
const membersOf = (schema: Schema): Schema => (schema.items === undefined ? schema : membersOf(schema.items))

/** The members of an object, a line each, with theirs below them. */
function memberLines(
  { properties = {}, required = [] }: Schema,
  { indent, asks }: { indent: string; asks: boolean },
): string[] {
  return Object.entries(properties).flatMap(([name, schema]) => {
    const otherwise =
      schema.default === undefined ? ', may be left out' : `, else ${code(JSON.stringify(schema.default))}`
    const optional = !asks || required.includes(name) ? '' : otherwise
    const meaning = schema.description === undefined ? '' : `: ${schema.description.replaceAll('|', '\\|')}`
    const line = `${indent}* ${code(name)} (${wordsOf(schema)}${optional})${meaning}`
    return [line, ...memberLines(membersOf(schema), { indent: `${indent}  `, asks })]
  })
}

function listOf(title: string, schema: Schema | undefined, asks: boolean): readonly string[] {
  if (schema?.anyOf !== undefined || schema?.oneOf !== undefined) return [`${title} ${wordsOf(schema)}.`, '']
  const lines = schema === undefined ? [] : memberLines(membersOf(schema), { indent: '', asks })
  return lines.length === 0 ? [] : [title, '', ...lines, '']
}

function methodLines(name: MethodName): readonly string[] {
  const method = methods[name]
  const { verb, path, access, meaning, takes, gives, errors } = method
  const described = describeRoute(name, method) as unknown as Described
  const [{ schema } = { schema: {} }] = Object.values(described.response[200].content)
  const own = errors.length === 0 ? '' : ` Errors of its own: ${errors.map(code).join(', ')}.`
  return [
    `### ${name}`,
    '',
    `\`${verb} ${path}\`, ${access}: ${meaning}.${own}`,
    '',
    ...(takes === Body.document
      ? ['The body is a saveconfig.json.', '']
      : listOf('Takes', described.querystring ?? described.body, true)),
    ...(gives === Body.document
      ? ['Answers a saveconfig.json.', '']
      : listOf(gives === Body.events ? 'Each event has' : 'Answers', schema, false)),
  ]
}

/** The chapter of docs/api.md about each method, from the table of methods. */
export function methodChapter(): string {
  const names = Object.keys(methods) as MethodName[]
  return [
    'What a method does to the daemon is `reads`, `changes`, `reveals` (it tells secrets) or `watches` (it tells what initiators read and write). What a `GET` takes stands in its query, else in a body',
    `of JSON. Errors that any method may end with: ${EVERY_METHOD.map(code).join(', ')}; what they are, the`,
    '[README of @lunkit/control](../packages/control/README.md#errors) says.',
    '',
    ...names.flatMap(methodLines),
  ]
    .join('\n')
    .trimEnd()
}
