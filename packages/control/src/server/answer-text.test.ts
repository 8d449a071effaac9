import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import { AnswerText } from './answer-text.ts'

const row = z.object({ name: z.string(), size: z.int().default(7), password: z.string().optional() })
const schema = z.object({
  path: z.string(),
  rows: z.array(row),
  groups: z.array(z.object({ rows: z.array(row), words: z.array(z.string()) })),
  missing: z.string().optional(),
})
const answer = {
  path: '/',
  rows: [{ name: 'a', password: 's3cret', more: 's3cret' }],
  groups: [{ rows: [{ name: 'b', size: 1 }], words: ['x', 'y'] }],
  missing: undefined,
}

describe('the text of an answer', () => {
  it('has what the schema has of it, in lists of lists too, and of secrets that they are set', async () => {
    expect(JSON.parse(await new AnswerText(false).of(schema, answer))).toEqual({
      path: '/',
      rows: [{ name: 'a', size: 7, password: 'set' }],
      groups: [{ rows: [{ name: 'b', size: 1 }], words: ['x', 'y'] }],
    })
  })

  it('has secrets where it is there to reveal them', async () => {
    const text = await new AnswerText(true).of(schema, answer)
    expect(JSON.parse(text)).toMatchObject({ rows: [{ password: 's3cret' }] })
  })

  it.each([
    [{ ...answer, path: 1 }],
    [{ ...answer, rows: [{ name: 1 }] }],
    [{ ...answer, rows: undefined }],
    [{ ...answer, groups: [{ rows: [{}], words: [] }] }],
    [undefined],
  ])('is none of what is not as the schema has it: %j', async wrong => {
    await expect(new AnswerText(false).of(schema, wrong)).rejects.toThrow(z.ZodError)
  })

  it('lets others have turns while it is made of many', async () => {
    const rows = Array.from({ length: 20_000 }, (_, at) => ({ name: `row ${at}`, password: 'x' }))
    let turns = 0
    const turning = (async () => {
      for (; turns < 3; turns++) await nextTurn()
    })()
    const text = await new AnswerText(false).of(schema, { ...answer, rows })
    expect(turns).toBe(3)
    await turning
    expect((JSON.parse(text) as { rows: unknown[] }).rows).toHaveLength(20_000)
  })
})
