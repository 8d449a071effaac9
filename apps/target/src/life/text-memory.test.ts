import { describe, expect, it } from 'vitest'
import { TextMemory } from './text-memory.ts'

describe('a text in shared memory', () => {
  it('is read by another thread as it was written last', () => {
    const written = new TextMemory()
    const read = new TextMemory(written.memory)
    expect(read.read()).toBeUndefined()
    written.write('serving ä')
    written.write('{}')
    expect(read.read()).toBe('{}')
  })

  it('is none while it is written, nor where it is too long', () => {
    const text = new TextMemory()
    text.write('a')
    const head = new Int32Array(text.memory, 0, 1)
    head[0] = 3
    expect(text.read()).toBeUndefined()
    head[0] = 4
    text.write('a'.repeat(4097))
    expect(text.read()).toBeUndefined()
  })
})
