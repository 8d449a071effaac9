import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Method } from '../methods/method.ts'
import { methods } from '../methods/methods.ts'
import { Body } from '../methods/routes.ts'
import { RequestInput } from './request-input.ts'

const input = z.object({
  flag: z.boolean(),
  count: z.int(),
  part: z.number(),
  text: z.string(),
  many: z.array(z.string()),
})
const given = (takes: Method['takes']): RequestInput =>
  new RequestInput({ ...methods.tree, takes, input } as unknown as Method)
const inQuery = (query: Readonly<Record<string, string | readonly string[]>>): unknown =>
  given(methods.tree.takes).read({ query, body: Buffer.alloc(0) })

describe('what stands in a query', () => {
  it.each([
    [{ flag: 'true' }, { flag: true }],
    [{ flag: 'false' }, { flag: false }],
    [{ flag: '1' }, { flag: true }],
    [{ flag: '0' }, { flag: false }],
    [{ flag: 'yes' }, { flag: 'yes' }],
    [{ count: '17' }, { count: 17 }],
    [{ count: '-3' }, { count: -3 }],
    [{ part: '1.5' }, { part: 1.5 }],
    [{ part: '1e3' }, { part: '1e3' }],
    [{ count: '' }, { count: '' }],
    [{ text: '17' }, { text: '17' }],
    [{ many: 'one' }, { many: ['one'] }],
    [{ many: ['one', 'two'] }, { many: ['one', 'two'] }],
    [{ text: ['one', 'two'] }, { text: ['one', 'two'] }],
    [{ other: 'true' }, { other: 'true' }],
    [{ toString: '1' }, { toString: '1' }],
  ])('is read by what it is to be: %j is %j', (query, read) => {
    expect(inQuery(query as Record<string, string>)).toEqual(read)
  })
})

describe('what stands in a body', () => {
  const read = (takes: Method['takes'], text: string | Buffer) =>
    given(takes).read({ query: { flag: '1' }, body: Buffer.from(text as string) })

  it('is an object, and the query is nothing beside it', () => {
    expect(read(Body.json, '{"a":1}')).toEqual({ a: 1 })
    expect(read(Body.json, '')).toEqual({})
  })

  it('is a document beside the query', () => {
    expect(read(Body.document, '{ "a"')).toEqual({ flag: true, document: '{ "a"' })
  })

  it.each([
    [Body.json, '{', 'the body is no JSON'],
    [Body.json, Buffer.from([0xff]), 'the body is no UTF-8'],
    [Body.document, Buffer.from([0xc3]), 'the body is no UTF-8'],
  ])('is refused as %s where it is %j', (takes, text, what) => {
    expect(() => read(takes, text)).toThrow(what)
  })
})
