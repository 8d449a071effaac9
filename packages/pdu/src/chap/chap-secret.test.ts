import { inspect, isDeepStrictEqual } from 'node:util'
import { describe, expect, it } from 'vitest'
import { ChapSecret } from '../index.ts'

describe('a secret of CHAP', () => {
  const secret = new ChapSecret('secretsecret12')

  it('is the bytes of its text', () => {
    expect(Buffer.from(secret.bytes).toString()).toBe('secretsecret12')
    expect(Buffer.from(new ChapSecret(Uint8Array.of(0, 255)).bytes).toString('hex')).toBe('00ff')
  })

  it('is seen by nothing that shows or writes it', () => {
    const shown = [String(secret), JSON.stringify({ secret }), inspect({ secret }, { showHidden: true, depth: 9 })]
    expect(shown).toEqual(['(secret)', '{"secret":"(secret)"}', '{ secret: (secret) }'])
    expect(Object.keys(secret)).toEqual([])
  })

  it('is equal to one of the same bytes, and to no other', () => {
    expect(isDeepStrictEqual(secret, new ChapSecret('secretsecret12'))).toBe(true)
    expect(isDeepStrictEqual(secret, new ChapSecret('secretsecret13'))).toBe(false)
  })

  it('has one byte at least', () => {
    expect(() => new ChapSecret('')).toThrow('of one byte at least')
  })
})
