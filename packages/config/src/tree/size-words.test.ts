import { describe, expect, it } from 'vitest'
import { sizeWords } from './size-words.ts'

describe('a size in words', () => {
  it.each([
    [0, '0 bytes'],
    [1023, '1023 bytes'],
    [1024, '1.0KiB'],
    [1280, '1.2KiB'],
    [1281, '1.3KiB'],
    [1408, '1.4KiB'],
    [1792, '1.8KiB'],
    [1_048_575, '1024.0KiB'],
    [1_048_576, '1.0MiB'],
    [67_108_864, '64.0MiB'],
    [1_073_741_824, '1.0GiB'],
    [2 ** 40, '1.0TiB'],
    [Number.MAX_SAFE_INTEGER, '8.0PiB'],
  ])('of %d bytes is %s, as Python rounds it', (bytes, words) => {
    expect(sizeWords(bytes)).toBe(words)
  })
})
