import { describe, expect, it } from 'vitest'
import { saidPair, saidText } from './said.ts'

describe('what a peer has said, in a message', () => {
  it.each([
    ['iqn.2026-11.example:host', 'iqn.2026-11.example:host'],
    ['CRC32C,None', 'CRC32C,None'],
    ['', '""'],
    ['two words', '"two words"'],
    ['a"b', String.raw`"a\"b"`],
    ['a\nlogin accepted', String.raw`"a\nlogin accepted"`],
    ['\x1b[2Ja', String.raw`"\u001b[2Ja"`],
    ['a\u009b2J', String.raw`"a\u009b2J"`],
    ['a\u202eb', String.raw`"a\u202eb"`],
    ['a\u{e0041}', String.raw`"a\udb40\udc41"`],
    ['\u00a0', String.raw`"\u00a0"`],
  ])('is %j as %s', (text, said) => {
    expect(saidText(text)).toBe(said)
  })

  it('is not longer than the longest name', () => {
    expect(saidText('a'.repeat(223))).toBe('a'.repeat(223))
    expect(saidText('a'.repeat(8192))).toBe(`${'a'.repeat(223)}...`)
  })

  it.each([
    ['CHAP_R', '0xabcd', 'CHAP_R=...'],
    ['CHAP_C', '0xabcd', 'CHAP_C=...'],
    ['CHAP_I', '7', 'CHAP_I=...'],
    ['CHAP_N', 'a password at the wrong place', 'CHAP_N=...'],
    ['CHAP_r', '0xabcd', 'CHAP_r=...'],
    ['X-com.example.secret', 'abc', 'X-com.example.secret=...'],
    ['CHAP_A', '5,7', 'CHAP_A=5,7'],
    ['InitiatorName', 'iqn.a', 'InitiatorName=iqn.a'],
  ])('is not repeated where it may be a secret: %s=%s', (name, value, said) => {
    expect(saidPair(name, value)).toBe(said)
  })
})
