import { expect, it } from 'vitest'
import { TextBytes } from './text-bytes.ts'

it('is what was written, in order, however much more than there was room for', () => {
  const pieces = Array.from({ length: 40 }, (_, at) => `${'x'.repeat(at * 997)}é€😀\n`)
  for (const room of [0, 1_000_000]) {
    const bytes = new TextBytes(room)
    for (const piece of pieces) bytes.write(piece)
    expect(Buffer.from(bytes.written).toString()).toBe(pieces.join(''))
  }
})

it('is nothing before', () => {
  expect(new TextBytes(10).written).toHaveLength(0)
})
