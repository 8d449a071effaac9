import type { FastifySchema } from 'fastify'
import * as z from 'zod'
import { FAULT_STATUS, FaultKind } from '../control-fault.ts'
import { EVERY_METHOD, type Method } from '../methods/method.ts'
import { Body, type MethodName } from '../methods/routes.ts'

const fault = z.object({
  error: z.object({
    kind: z.enum(FaultKind),
    what: z.string(),
    where: z.string(),
    right: z.string(),
    nearest: z.string().nullable(),
  }),
})

/** Any document: which are right is the matter of `@lunkit/config`. */
const DOCUMENT = { type: 'object', description: 'a saveconfig.json' }

/** OpenAPI 3.1 has the dialect of JSON Schema that zod writes; which one it is stands at the top. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): object {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io })
  return rest
}

/** What a method is given beside a document stands in the query. */
function besideDocument(input: Method['input']): object {
  const { properties = {} } = schemaOf(input, 'input') as { readonly properties?: Readonly<Record<string, object>> }
  const { document: _, ...beside } = properties
  return { type: 'object', properties: beside }
}

function answerOf({ gives, answer }: Method): object {
  if (gives === Body.document) return { description: 'a saveconfig.json', ...content('application/json', DOCUMENT) }
  const type = gives === Body.events ? 'text/event-stream' : 'application/json'
  return { description: 'done', ...content(type, schemaOf(answer, 'output')) }
}

const content = (type: string, schema: object): object => ({ content: { [type]: { schema } } })

function faultsOf({ errors }: Method): Record<number, object> {
  const error = content('application/json', schemaOf(fault, 'output'))
  return Object.fromEntries(
    [...EVERY_METHOD, ...errors].map(kind => [FAULT_STATUS[kind], { description: kind, ...error }]),
  )
}

/** How a route is described: for the document only, what is right the server looks at itself. */
export function describeRoute(name: MethodName, method: Method): FastifySchema {
  const { access, meaning, takes, input } = method
  const given = {
    [Body.none]: () => ({ querystring: schemaOf(input, 'input') }),
    [Body.events]: () => ({}),
    [Body.json]: () => ({ body: schemaOf(input, 'input') }),
    [Body.document]: () => ({ querystring: besideDocument(input), body: DOCUMENT }),
  }[takes]()
  const described = { operationId: name, summary: meaning, tags: [access], consumes: ['application/json'] }
  return { ...described, ...given, response: { 200: answerOf(method), ...faultsOf(method) } }
}
