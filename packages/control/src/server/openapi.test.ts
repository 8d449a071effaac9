import { Validator } from '@seriousme/openapi-schema-validator'
import { beforeAll, describe, expect, it } from 'vitest'
import { FAULT_STATUS } from '../control-fault.ts'
import { methods } from '../methods/methods.ts'
import { ControlBench } from '../testing/control-bench.ts'

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly parameters?: readonly { readonly name: string; readonly schema: unknown }[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: object }>> }
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: object }>> }>
  >
}

interface Document {
  readonly openapi: string
  readonly components: { readonly securitySchemes: object }
  readonly security: readonly object[]
  readonly info: { readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
}

let text: string
let document: Document
beforeAll(async () => {
  const bench = await ControlBench.open()
  const answer = await bench.request('GET /v1/openapi.json')
  await bench.close()
  text = answer.slice(answer.indexOf('\r\n\r\n') + 4)
  document = JSON.parse(text) as Document
})

const operation = (name: keyof typeof methods): Operation => {
  const { verb, path } = methods[name]
  return document.paths[path]?.[verb.toLowerCase()] as Operation
}

describe('the OpenAPI document', () => {
  it('is valid, and of version 3.1', async () => {
    const { valid, errors } = await new Validator().validate(JSON.parse(text) as Record<string, unknown>)
    expect(errors).toBeUndefined()
    expect(valid).toBe(true)
    expect(document.openapi).toBe('3.1.0')
    expect(document.info.version).toBe('1.2.3')
  })

  it.each(Object.entries(methods))('has %s, what it does, and how it can fail', (name, { meaning, access, errors }) => {
    const { operationId, summary, tags, responses } = operation(name as keyof typeof methods)
    expect({ operationId, summary, tags }).toEqual({ operationId: name, summary: meaning, tags: [access] })
    const statuses = ['usage', 'unauthenticated', 'unauthorised', 'busy', 'failed', ...errors].map(
      kind => FAULT_STATUS[kind as 'usage'],
    )
    expect(new Set(Object.keys(responses))).toEqual(new Set(['200', ...statuses.map(String)]))
  })

  it('says that a token is shown by TLS, and none on the socket', () => {
    expect(document.components.securitySchemes).toMatchObject({ token: { type: 'http', scheme: 'bearer' } })
    expect(document.security).toEqual([{}, { token: [] }])
  })

  it('has nothing else', () => {
    const operations = Object.values(document.paths).flatMap(path => Object.values(path))
    expect(operations).toHaveLength(Object.keys(methods).length)
  })

  it('leads nowhere but within itself', () => {
    expect(text).not.toContain('$ref')
    expect(text).not.toContain('$schema')
  })

  it('says what a query may have', () => {
    expect(operation('tree').parameters?.map(({ name, schema }) => [name, schema])).toEqual([
      ['path', { type: 'string', default: '/', pattern: '^\\/' }],
      ['depth', { type: 'integer', default: 1, minimum: 0, maximum: 16 }],
    ])
  })

  it('says of each edit what it takes, in the words of @lunkit/config', () => {
    const content = operation('edit').requestBody?.content['application/json']
    expect(JSON.stringify(content)).toContain(
      '"size":{"type":"number","description":"a whole number from 0 to 9007199254740991"}',
    )
  })

  it('says that events come as such', () => {
    expect(Object.keys(operation('events').responses['200']?.content ?? {})).toEqual(['text/event-stream'])
  })
})
